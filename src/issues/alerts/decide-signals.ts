import type { Issue, IssueSignal, Project } from '../types.ts';
import { readCursor, writeCursor } from './alert-rows.ts';
import type { IssueAlertsContext } from './context.ts';
import type { EventFacts } from './event-facts.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import { matchesFilters, needsEvent, triggerOf } from './match-rule.ts';
import type { IssueAlertsTables } from './migrations.ts';
import { readRules } from './rule-rows.ts';
import { type Change, tellChanges } from './tell-changes.ts';
import type { AlertRule } from './types.ts';

/** Begins at the newest signal: what was there before alerts were is no news. */
export async function openCursor(context: IssueAlertsContext): Promise<void> {
  const db = context.catalog.db<IssueAlertsTables>();
  if ((await readCursor(db)) === undefined) await writeCursor(db, await context.signals.newest());
}

/** Decides the next signals. True when there were any. */
export async function decideSignals(context: IssueAlertsContext): Promise<boolean> {
  const db = context.catalog.db<IssueAlertsTables>();
  const signals = await context.signals.signalsAfter((await readCursor(db)) ?? 0, LIMITS.signalsBatch);
  const last = signals.at(-1);
  if (last === undefined) return false;
  await tellChanges(context, await changesOf(context, signals), last.id);
  return true;
}

export interface Looked {
  readonly signal: IssueSignal;
  readonly issue: Issue;
  readonly project: Project;
  readonly rules: readonly AlertRule[];
}

async function changesOf(context: IssueAlertsContext, signals: readonly IssueSignal[]): Promise<readonly Change[]> {
  const issues = new Map(
    (await context.issues.byIds(unique(signals.map(({ issueId }) => issueId)))).map((issue) => [issue.id, issue]),
  );
  const rules = await readRules(
    context.catalog.db<IssueAlertsTables>(),
    unique(signals.map(({ projectId }) => projectId)),
  );
  const looked = signals.flatMap((signal): readonly Looked[] => {
    const issue = issues.get(signal.issueId);
    const project = context.projects.byId(signal.projectId);
    if (issue === undefined || project === undefined) return [];
    return [{ signal, issue, project, rules: rules.get(project.id) ?? [] }];
  });
  const facts = await factsOf(context, looked);
  return signals.flatMap((signal): readonly Change[] => {
    const { type, issueId } = signal;
    const issue = issues.get(issueId);
    if (type === 'resolved' || type === 'ignored') return [{ type: 'end', issueId, reason: type, issue }];
    if (issue === undefined) return [{ type: 'end', issueId, reason: 'gone' }];
    const found = looked.find((each) => each.signal === signal);
    // What was resolved or ignored since then is no news any more; the signal that says so follows.
    if (found === undefined || issue.status !== 'unresolved') return [];
    return tellOf(found, facts);
  });
}

/** The first rule that the signal sets off: others would tell the same people the same. */
function tellOf({ signal, issue, project, rules }: Looked, facts: ReadonlyMap<string, EventFacts>): readonly Change[] {
  const trigger = triggerOf(signal.type);
  const event = facts.get(`${signal.projectId}/${signal.eventId ?? ''}`);
  const rule = rules.find((each) => trigger !== undefined && isSetOff(each, trigger, issue, event));
  if (rule === undefined || trigger === undefined) return [];
  return [{ type: 'tell', issue, project, trigger, rule, event }];
}

export const isSetOff = (
  rule: Pick<AlertRule, 'isEnabled' | 'triggers' | 'filters'>,
  trigger: string,
  issue: Issue,
  event: EventFacts | undefined,
): boolean =>
  rule.isEnabled && rule.triggers.some(({ type }) => type === trigger) && matchesFilters(rule.filters, issue, event);

/** Events are looked up only where a rule asks for what the issue itself does not know. */
export async function factsOf(
  context: Pick<IssueAlertsContext, 'events'>,
  looked: readonly Looked[],
): Promise<ReadonlyMap<string, EventFacts>> {
  const wanted = looked.filter(({ rules }) => rules.some(({ isEnabled, filters }) => isEnabled && needsEvent(filters)));
  return context.events.facts(
    wanted.flatMap(({ signal: { projectId, eventId } }) => (eventId === undefined ? [] : [{ projectId, eventId }])),
  );
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
