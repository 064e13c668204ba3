import { Failure } from '../../../base/index.ts';
import type { Issue, TimeRange } from '../../types.ts';
import { acceptedRule } from '../accepted-rule.ts';
import type { IssueAlertsContext } from '../context.ts';
import { factsOf, isSetOff, type Looked } from '../decide-signals.ts';
import { ISSUE_ALERTS_FAILURES } from '../failures.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from '../limits.ts';
import { matchesFilters, severityOf, triggerOf } from '../match-rule.ts';
import type { DryRun, IssueAlertVerbs, RuleInput, RuleTrigger } from '../types.ts';
import { authorizeRead } from './verb-context.ts';

interface Firing {
  readonly issue: Issue;
  readonly trigger: RuleTrigger['type'];
  readonly atMs: number;
}

interface Found {
  readonly firings: readonly Firing[];
  readonly isPartial: boolean;
}

/** What a rule would have said of the past: signals as they were, bursts as stored events count them. */
export const dryRun =
  (context: IssueAlertsContext): IssueAlertVerbs['dryRun'] =>
  async (actor, projectId, input, given) => {
    const project = await authorizeRead(context, actor, projectId);
    const rule = { ...acceptedRule(input), isEnabled: true };
    const range = acceptedRange(given, context.clock.nowMs());
    const ofSignals = await lookAtSignals(context, { rule, project, range });
    const found: Found[] = [ofSignals];
    for (const trigger of rule.triggers) {
      if ('windowMs' in trigger) found.push(await lookAtBursts(context, { rule, projectId, range, trigger }));
    }
    return answer(rule, range, found);
  };

function answer(rule: RuleInput, range: TimeRange, found: readonly Found[]): DryRun {
  // One for each issue and trigger: the newest, as an open alert would have been told of once.
  const newest = new Map<string, Firing>();
  for (const firing of found.flatMap(({ firings }) => firings)) {
    const key = `${firing.trigger}/${firing.issue.id}`;
    if ((newest.get(key)?.atMs ?? 0) < firing.atMs) newest.set(key, firing);
  }
  const all = [...newest.values()].sort((a, b) => b.atMs - a.atMs);
  const hasBursts = rule.triggers.some((trigger) => 'windowMs' in trigger);
  return {
    ...range,
    firings: all.slice(0, LIMITS.dryRunFiringsMax).map(({ issue, trigger, atMs }) => ({
      issueId: issue.id,
      shortId: issue.shortId,
      title: issue.title,
      trigger,
      atMs,
      severity: rule.severity ?? severityOf(issue),
    })),
    issues: new Set(all.map(({ issue }) => issue.id)).size,
    total: all.length,
    isPartial: found.some(({ isPartial }) => isPartial),
    remarks: [
      'Levels and priorities are those that the issues have today, and storms are not cut off.',
      ...(hasBursts
        ? [
            'Windows are looked at one behind the other and by hash, so a burst across two of them or of a merged issue may be missing.',
          ]
        : []),
    ],
  };
}

function acceptedRange(given: TimeRange | undefined, nowMs: number): TimeRange {
  const range = given ?? { fromMs: nowMs - LIMITS.dryRunMs, toMs: nowMs };
  const isGood = Number.isSafeInteger(range.fromMs) && Number.isSafeInteger(range.toMs) && range.fromMs < range.toMs;
  if (isGood) return { fromMs: Math.max(range.fromMs, nowMs - LIMITS.dryRunMs), toMs: range.toMs };
  throw new Failure(ISSUE_ALERTS_FAILURES.rangeInvalid, { fromMs: range.fromMs, toMs: range.toMs });
}

async function lookAtSignals(
  context: IssueAlertsContext,
  of: { readonly rule: RuleInput; readonly project: Looked['project']; readonly range: TimeRange },
): Promise<Found> {
  const { rule, project, range } = of;
  const limit = LIMITS.dryRunSignalsMax;
  const signals = await context.signals.signalsBetween({ ...range, projectId: project.id, limit });
  const telling = signals.filter(({ type }) => triggerOf(type) !== undefined);
  const issues = new Map(
    (await context.issues.byIds([...new Set(telling.map(({ issueId }) => issueId))])).map((issue) => [issue.id, issue]),
  );
  const rules = [{ ...rule, id: 'dry-run', projectId: project.id }];
  const looked = telling.flatMap((signal) => {
    const issue = issues.get(signal.issueId);
    return issue === undefined ? [] : [{ signal, issue, project, rules }];
  });
  const facts = await factsOf(context, looked);
  const firings = looked.flatMap(({ signal, issue }): readonly Firing[] => {
    const trigger = triggerOf(signal.type);
    const event = facts.get(`${signal.projectId}/${signal.eventId ?? ''}`);
    if (trigger === undefined || !isSetOff(rule, trigger, issue, event)) return [];
    return [{ issue, trigger, atMs: signal.atMs }];
  });
  return { firings, isPartial: signals.length >= limit };
}

async function lookAtBursts(
  context: IssueAlertsContext,
  of: {
    readonly rule: RuleInput;
    readonly projectId: string;
    readonly range: TimeRange;
    readonly trigger: Extract<RuleTrigger, { windowMs: number }>;
  },
): Promise<Found> {
  const { rule, projectId, range, trigger } = of;
  const { environments, tags, ...filters } = rule.filters;
  const limit = LIMITS.dryRunBurstsMax;
  const bursts = await context.events.bursts({
    ...range,
    ...{ projectId, windowMs: trigger.windowMs, limit },
    least:
      trigger.type === 'frequency' ? { of: 'events', count: trigger.events } : { of: 'users', count: trigger.users },
    ...(environments === undefined ? {} : { environments }),
  });
  const owners = await context.issues.ownersOf([...new Set(bursts.map(({ hashId }) => hashId))]);
  const issues = new Map((await context.issues.byIds([...new Set(owners.values())])).map((issue) => [issue.id, issue]));
  const newest = new Map<string, boolean>();
  const firings: Firing[] = [];
  for (const { hashId, atMs } of bursts) {
    const issue = issues.get(owners.get(hashId) ?? '');
    if (issue === undefined || !matchesFilters(filters, issue, undefined)) continue;
    if (tags !== undefined && tags.length > 0 && !newest.has(issue.id)) {
      const event = await context.events.newest(projectId, [hashId]);
      newest.set(issue.id, matchesFilters({ tags }, issue, event));
    }
    if (newest.get(issue.id) === false) continue;
    firings.push({ issue, trigger: trigger.type, atMs });
  }
  return { firings, isPartial: bursts.length >= limit };
}
