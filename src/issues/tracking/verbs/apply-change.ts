import type { Transaction } from 'kysely';
import { HOUR_MS, invariant } from '../../../base/index.ts';
import type { IssueChange, IssueResolution, IssueSubstatus, JsonObject } from '../../types.ts';
import { type ActivityEntry, insertActivity } from '../activity.ts';
import type { IssueRow } from '../issue-rows.ts';
import type { IssuesTables } from '../migrations.ts';
import { insertSignals, type NewSignal } from '../signals.ts';
import { escalationThreshold, type IssueState } from '../tracker/decide-state.ts';
import { busiestHours } from '../tracker/hour-counters.ts';
import { forgetIgnored } from '../tracker/ignore-counters.ts';
import { writeStates } from '../tracker/write-issues.ts';
import type { PlannedChange } from './plan-change.ts';

/** What one change makes of one issue. */
interface Outcome {
  readonly row: IssueRow;
  readonly state?: IssueState;
  readonly activity: { readonly type: string; readonly detail: JsonObject };
  readonly signal?: NewSignal['type'];
}

/** Changes of single issues. One that changes nothing leaves no trace. */
export async function applyChange(
  trx: Transaction<IssuesTables>,
  rows: readonly IssueRow[],
  planned: PlannedChange,
): Promise<{ readonly hasSignals: boolean }> {
  const outcomes = rows.flatMap((row) => outcomeOf(row, planned) ?? []);
  const ids = outcomes.map(({ row }) => row.id);
  await writeStates(
    trx,
    outcomes.flatMap(({ row, state }) => (state === undefined ? [] : [{ id: row.id, state, by: planned.actor.name }])),
  );
  if (outcomes.some(({ state }) => state !== undefined)) await forgetIgnored(trx, ids);
  await writeColumns(trx, ids, planned);
  await writeThresholds(trx, outcomes);
  await insertActivity(
    trx,
    outcomes.map(({ row, activity }) => entryOf(row, activity, planned)),
  );
  const signals = outcomes.flatMap(({ row, signal }): readonly NewSignal[] =>
    signal === undefined ? [] : [{ type: signal, issueId: row.id, projectId: row.project_id, atMs: planned.nowMs }],
  );
  await insertSignals(trx, signals);
  return { hasSignals: signals.length > 0 };
}

export const entryOf = (
  { id }: Pick<IssueRow, 'id'>,
  activity: { readonly type: string; readonly detail: JsonObject },
  { actor, nowMs }: Pick<PlannedChange, 'actor' | 'nowMs'>,
): ActivityEntry => ({ issueId: id, atMs: nowMs, by: actor.name, byId: actor.id, ...activity });

function outcomeOf(row: IssueRow, planned: PlannedChange): Outcome | undefined {
  const { change } = planned;
  switch (change.type) {
    case 'resolve':
      return resolved(row, change, planned);
    case 'unresolve':
      return reopened(row, planned);
    case 'ignore':
      return ignored(row, change, planned);
    case 'assign':
      return assigned(row, planned);
    case 'priority':
      if (row.priority === change.priority) return undefined;
      return { row, activity: { type: 'priority', detail: { was: row.priority, priority: change.priority } } };
    default:
      invariant(false, `a change of several issues together is not applied one by one: ${change.type}`);
  }
}

function resolved(row: IssueRow, change: Extract<IssueChange, { type: 'resolve' }>, planned: PlannedChange): Outcome {
  const by = planned.actor.name;
  const where = change.in ?? 'now';
  const at = { atMs: planned.nowMs, by };
  let resolution: IssueResolution = { type: 'now', ...at };
  if (where === 'next-release') {
    resolution = { type: 'in-next-release', after: planned.newestRelease(row.project_id), ...at };
  } else if (where !== 'now') resolution = { type: 'in-release', release: where.release, ...at };
  return {
    row,
    state: { status: 'resolved', substatus: null, stateMs: planned.nowMs, resolution, ignore: null },
    activity: { type: 'resolved', detail: { resolution } },
    ...(row.status === 'resolved' ? {} : { signal: 'resolved' as const }),
  };
}

/** Opening what is open says that somebody looked at it: it is no news any more. */
function reopened(row: IssueRow, { nowMs }: PlannedChange): Outcome | undefined {
  if (row.status === 'unresolved' && row.substatus === 'ongoing') return undefined;
  return {
    row,
    state: { status: 'unresolved', substatus: 'ongoing', stateMs: nowMs, resolution: null, ignore: null },
    activity: {
      type: row.status === 'unresolved' ? 'reviewed' : 'unresolved',
      detail: { was: row.substatus ?? row.status },
    },
  };
}

function ignored(
  row: IssueRow,
  { condition }: Extract<IssueChange, { type: 'ignore' }>,
  { actor, nowMs }: PlannedChange,
): Outcome {
  let substatus: IssueSubstatus = 'until-condition';
  if (condition.untilEscalating === true) substatus = 'until-escalating';
  else if (Object.keys(condition).length === 0) substatus = 'forever';
  return {
    row,
    state: {
      status: 'ignored',
      substatus,
      stateMs: nowMs,
      resolution: null,
      ignore: { condition, atMs: nowMs, by: actor.name, timesSeen: row.times_seen },
    },
    activity: { type: 'ignored', detail: { condition: { ...condition } } },
    ...(row.status === 'ignored' ? {} : { signal: 'ignored' as const }),
  };
}

function assigned(row: IssueRow, { person }: PlannedChange): Outcome | undefined {
  if (row.assignee_id === (person?.id ?? null)) return undefined;
  const was = row.assignee_name === null ? {} : { was: row.assignee_name };
  if (person === undefined) return { row, activity: { type: 'unassigned', detail: was } };
  return { row, activity: { type: 'assigned', detail: { personId: person.id, name: person.name, ...was } } };
}

/** Columns beside the state; the revision of a state is counted where the state is written. */
async function writeColumns(
  trx: Transaction<IssuesTables>,
  ids: readonly number[],
  { change, person, actor }: PlannedChange,
): Promise<void> {
  if (ids.length === 0 || (change.type !== 'assign' && change.type !== 'priority')) return;
  await trx
    .updateTable('issues')
    .set(
      change.type === 'priority'
        ? { priority: change.priority }
        : {
            assignee_id: person?.id ?? null,
            assignee_name: person?.name ?? null,
            assignee_email: person?.email ?? null,
          },
    )
    .set((set) => ({ revision: set('revision', '+', 1), changed_by: actor.name }))
    .where('id', 'in', ids)
    .execute();
}

/**
 * An issue that is ignored in the middle of a storm must not escalate by that very storm: for the hour that runs, the
 * hour itself is part of what is normal. The next hour is measured by the week before it, this one included.
 */
async function writeThresholds(trx: Transaction<IssuesTables>, outcomes: readonly Outcome[]): Promise<void> {
  const waiting = outcomes.filter(({ state }) => state?.substatus === 'until-escalating').map(({ row }) => row);
  if (waiting.length === 0) return;
  const busiest = await busiestHours(
    trx,
    waiting.map((row) => ({ issueId: row.id, beforeMs: row.hour_ms + HOUR_MS })),
  );
  for (const row of waiting) {
    await trx
      .updateTable('issues')
      .set({ hour_threshold: escalationThreshold(busiest.get(row.id) ?? 0) })
      .where('id', '=', row.id)
      .execute();
  }
}
