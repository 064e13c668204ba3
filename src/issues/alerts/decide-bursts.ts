import type { Issue, Project } from '../types.ts';
import type { IssueAlertsContext } from './context.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import { matchesFilters, needsEvent } from './match-rule.ts';
import type { IssueAlertsTables } from './migrations.ts';
import { readRules } from './rule-rows.ts';
import { type Change, tellChanges } from './tell-changes.ts';
import type { AlertRule, RuleTrigger } from './types.ts';

type BurstTrigger = Extract<RuleTrigger, { windowMs: number }>;

interface Asked {
  readonly project: Project;
  readonly rule: AlertRule;
  readonly trigger: BurstTrigger;
}

/**
 * Looks at issues that had events since the last look, and only where a rule asks for frequency or users. One query a
 * rule counts all of its issues; issues that cannot have reached the number are not counted at all.
 */
export async function decideBursts(context: IssueAlertsContext, sinceMs: number): Promise<void> {
  const asked = await askedOf(context);
  if (asked.length === 0) return;
  const seen = await context.issues.seenSince(sinceMs - LIMITS.burstOverlapMs, LIMITS.burstIssuesMax);
  const open = seen.filter(({ status }) => status === 'unresolved');
  const changes: Change[] = [];
  for (const each of asked) {
    const issues = open.filter((issue) => issue.projectId === each.project.id && mayHave(each, issue));
    if (issues.length > 0) changes.push(...(await countOne(context, each, issues)));
  }
  if (changes.length > 0) await tellChanges(context, changes);
}

async function askedOf(context: IssueAlertsContext): Promise<readonly Asked[]> {
  const projects = context.projects.all();
  const rules = await readRules(
    context.catalog.db<IssueAlertsTables>(),
    projects.map(({ id }) => id),
  );
  return projects.flatMap((project) =>
    (rules.get(project.id) ?? [])
      .filter(({ isEnabled }) => isEnabled)
      .flatMap((rule) =>
        rule.triggers.flatMap((trigger) => ('windowMs' in trigger ? [{ project, rule, trigger }] : [])),
      ),
  );
}

/** The filters that look at events are asked of the newest event, once the number is reached. */
const mayHave = ({ rule, trigger }: Asked, issue: Issue): boolean =>
  issue.timesSeen >= (trigger.type === 'frequency' ? trigger.events : trigger.users) &&
  matchesFilters(withoutEvent(rule), issue, undefined);

const withoutEvent = ({ filters: { environments: _environments, tags: _tags, ...filters } }: AlertRule) => filters;

async function countOne(
  context: IssueAlertsContext,
  { project, rule, trigger }: Asked,
  issues: readonly Issue[],
): Promise<readonly Change[]> {
  const nowMs = context.clock.nowMs();
  const hashes = await context.issues.hashesOf(issues.map(({ id }) => id));
  const groups = new Map<number, number>();
  issues.forEach((issue, index) => {
    for (const hash of hashes.get(issue.id) ?? []) groups.set(hash, index + 1);
  });
  const { environments } = rule.filters;
  const counts = await context.events.counts({
    projectId: project.id,
    groups,
    fromMs: nowMs - trigger.windowMs,
    // Events never come from the future; what arrives while it is counted counts.
    toMs: nowMs + LIMITS.burstOverlapMs,
    ...(environments === undefined ? {} : { environments }),
  });
  const changes: Change[] = [];
  for (const [index, issue] of issues.entries()) {
    const counted = counts.get(index + 1);
    if (counted === undefined || !isReached(trigger, counted)) continue;
    const event = needsEvent(rule.filters)
      ? await context.events.newest(project.id, hashes.get(issue.id) ?? [])
      : undefined;
    // Of the environments it is known from the count.
    const { environments: _counted, ...others } = rule.filters;
    if (!matchesFilters(others, issue, event)) continue;
    const burst = `${counted.events} events of ${counted.users} users in ${Math.round(trigger.windowMs / 60_000)} min.`;
    changes.push({ type: 'tell', issue, project, trigger: trigger.type, rule, event, burst });
  }
  return changes;
}

const isReached = (trigger: BurstTrigger, counted: { readonly events: number; readonly users: number }): boolean =>
  trigger.type === 'frequency' ? counted.events >= trigger.events : counted.users >= trigger.users;
