import type { AlertInput } from '../../notify/index.ts';
import { isWorse } from '../../notify/index.ts';
import { enqueueAlerts } from '../outbox/index.ts';
import type { Issue, Project } from '../types.ts';
import { type OpenRow, readGauges, readOpen, removeOpen, writeCursor, writeGauge, writeOpen } from './alert-rows.ts';
import type { IssueAlertsContext } from './context.ts';
import { describeIssue, type IssueDetails } from './describe-issue.ts';
import type { EventFacts } from './event-facts.ts';
import { severityOf, worsened } from './match-rule.ts';
import type { IssueAlertsTables } from './migrations.ts';
import { type EndReason, planIssueAlert, planIssueEnd, planStormAlert, stormAlertKey } from './plan-alert.ts';
import { admit, newGauge, type StormGauge } from './storm.ts';
import type { AlertRule, RuleTrigger } from './types.ts';

/** What somebody may have to be told of, or an alert that ends. */
export type Change =
  | {
      readonly type: 'tell';
      readonly issue: Issue;
      readonly project: Project;
      readonly trigger: RuleTrigger['type'];
      readonly rule: Pick<AlertRule, 'name' | 'severity'>;
      /** The event that did it, where one is known. */
      readonly event?: EventFacts | undefined;
      /** What was counted, in words. */
      readonly burst?: string;
    }
  | { readonly type: 'end'; readonly issueId: string; readonly reason: EndReason; readonly issue?: Issue | undefined };

type Telling = Extract<Change, { type: 'tell' }>;

interface Told {
  readonly change: Telling;
  readonly row: OpenRow;
}

/** What a batch of changes comes to, before it is written. */
interface Desk {
  readonly open: Map<string, OpenRow>;
  readonly gauges: Map<string, StormGauge>;
  readonly begun: Set<string>;
  /** In the order in which they are told. */
  readonly steps: (Told | { readonly ended: OpenRow; readonly change: Extract<Change, { type: 'end' }> })[];
}

/**
 * Decides which changes are told one by one, which fall to a storm, and which alerts end; writes that, the place up to
 * which signals are decided, and what notify is to hear, in one transaction. Before it nothing has happened, after it
 * everything will, whatever ends the process. Only one of them may be under way.
 */
export async function tellChanges(
  context: IssueAlertsContext,
  changes: readonly Change[],
  cursor?: number,
): Promise<void> {
  const nowMs = context.clock.nowMs();
  const desk = await openDesk(context, changes, nowMs);
  for (const change of changes) {
    if (change.type === 'end') end(desk, change);
    else tell(desk, change, nowMs);
  }
  const told = desk.steps.flatMap((step) => ('row' in step ? [step.change] : []));
  const details = await describeIssue(context, told, nowMs);
  const alerts = [...plannedOf(desk, details, nowMs), ...stormsOf(context, desk, nowMs)];
  if (changes.length === 0 && cursor === undefined) return;
  await context.catalog.transaction<IssueAlertsTables, void>(async (trx) => {
    const touched = [...new Set(changes.map((change) => (change.type === 'end' ? change.issueId : change.issue.id)))];
    await removeOpen(
      trx,
      touched.filter((id) => !desk.open.has(id)),
    );
    await writeOpen(
      trx,
      touched.flatMap((id) => desk.open.get(id) ?? []),
    );
    for (const [projectId, gauge] of desk.gauges) await writeGauge(trx, projectId, gauge);
    if (cursor !== undefined) await writeCursor(trx, cursor);
    await enqueueAlerts(trx, alerts, nowMs);
  });
  if (alerts.length > 0) context.outbox.wake();
}

async function openDesk(context: IssueAlertsContext, changes: readonly Change[], nowMs: number): Promise<Desk> {
  const db = context.catalog.db<IssueAlertsTables>();
  const tellings = changes.flatMap((change) => (change.type === 'tell' ? [change] : []));
  const ids = changes.map((change) => (change.type === 'end' ? change.issueId : change.issue.id));
  return {
    open: new Map(await readOpen(db, [...new Set(ids)])),
    gauges: await readGauges(db, [...new Set(tellings.map(({ project }) => project.id))], nowMs),
    begun: new Set(),
    steps: [],
  };
}

function end(desk: Desk, change: Extract<Change, { type: 'end' }>): void {
  const ended = desk.open.get(change.issueId);
  if (ended === undefined) return;
  desk.open.delete(change.issueId);
  desk.steps.push({ ended, change });
}

/**
 * An issue that is told of already is told of again only for another reason, and then as something worse: that is what
 * makes notify speak again while the alert goes on.
 */
function tell(desk: Desk, change: Telling, nowMs: number): void {
  const { issue, project, trigger, rule } = change;
  const open = desk.open.get(issue.id);
  if (open?.triggers.includes(trigger) === true) return;
  const planned = rule.severity ?? severityOf(issue);
  const severity = open === undefined || isWorse(planned, open.severity) ? planned : worsened(open.severity);
  const title = { issueId: issue.id, shortId: issue.shortId, title: issue.title, severity };
  const admitted = admit(desk.gauges.get(project.id) ?? newGauge(nowMs), title, {
    nowMs,
    key: stormAlertKey(project.slug),
  });
  desk.gauges.set(project.id, admitted.gauge);
  if (admitted.turn === 'begin') desk.begun.add(project.id);
  if (!admitted.isTold) return;
  const row: OpenRow = {
    issue_id: issue.id,
    project_id: project.id,
    severity,
    triggers: [...(open?.triggers ?? []), trigger],
    labels: open?.labels ?? {},
    opened_ms: open?.opened_ms ?? nowMs,
    looked_ms: nowMs,
  };
  desk.open.set(issue.id, row);
  desk.steps.push({ change, row });
}

function plannedOf(
  desk: Desk,
  details: ReadonlyMap<string, IssueDetails>,
  nowMs: number,
): readonly Omit<AlertInput, 'id'>[] {
  // Notify takes what is as old as the newest firing for the same thing told again: times have to differ.
  let atMs = nowMs - desk.steps.length;
  return desk.steps.map((step) => {
    atMs += 1;
    if (!('row' in step)) {
      const { issue_id, severity, labels } = step.ended;
      return planIssueEnd({ issueId: issue_id, severity, labels }, { ...step.change, atMs });
    }
    const { change, row } = step;
    const subject = { ...change, ...details.get(change.issue.id), severity: row.severity, ruleName: change.rule.name };
    const alert = planIssueAlert(subject, atMs);
    // Labels stay those of the first telling: notify would take others for an alert that goes elsewhere.
    const newest = desk.open.get(row.issue_id);
    const isLabelled = newest !== undefined && Object.keys(newest.labels).length > 0;
    const labelled = isLabelled ? { ...alert, labels: newest.labels } : alert;
    if (newest !== undefined) desk.open.set(row.issue_id, { ...newest, labels: labelled.labels });
    return labelled;
  });
}

function stormsOf(context: IssueAlertsContext, desk: Desk, nowMs: number): readonly Omit<AlertInput, 'id'>[] {
  return [...desk.begun].flatMap((projectId) => {
    const project = context.projects.byId(projectId);
    const storm = desk.gauges.get(projectId)?.storm;
    return project === undefined || storm === undefined
      ? []
      : [planStormAlert(project, storm, { isOver: false, atMs: nowMs })];
  });
}
