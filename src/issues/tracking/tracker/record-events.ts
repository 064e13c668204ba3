import type { Transaction } from 'kysely';
import type { IssueTracker, RecordedEvent } from '../../types.ts';
import { type ActivityEntry, insertActivity } from '../activity.ts';
import type { TrackingContext } from '../context.ts';
import { groupBy } from '../group-by.ts';
import type { IssuesTables } from '../migrations.ts';
import { insertSignals, type NewSignal } from '../signals.ts';
import { addHashSums } from './add-hash-sums.ts';
import { type Arrival, decideState, type IssueState } from './decide-state.ts';
import { findRegression } from './find-regression.ts';
import { countHours } from './hour-counters.ts';
import { countIgnored, forgetIgnored } from './ignore-counters.ts';
import { noteMove } from './note-move.ts';
import { type RecordedIssue, readRecorded, sumIssue } from './recorded-issue.ts';
import { type HashSum, sumEvents } from './sum-events.ts';
import { type IssueWrite, writeIssues } from './write-issues.ts';

/**
 * Counts, moves states, writes signals and the mark in one transaction: after a crash either all of a batch is there
 * or nothing. A batch whose mark is known already was committed before, though its caller never heard of it, and is
 * not counted again.
 *
 * Whose event it is, is told by the owner of its hash at this moment and not by what `assign` said: a merge in between
 * moved it. Events of hashes that were deleted in between belong to nobody and are not counted.
 */
export const recordEvents =
  (context: TrackingContext): IssueTracker['record'] =>
  async ({ events, mark }) => {
    const sums = sumEvents(events);
    const hasSignals = await context.inTurn(() =>
      context.catalog.transaction<IssuesTables, boolean>(async (trx) => {
        const stored = await readMark(trx);
        if (mark !== '' && stored >= mark) return false;
        await writeMark(trx, mark);
        return await recordSums(context, trx, sums);
      }),
    );
    if (hasSignals) context.bell.ring();
  };

export async function readMark(db: Pick<Transaction<IssuesTables>, 'selectFrom'>): Promise<string> {
  const row = await db.selectFrom('issue_mark').select('mark').where('id', '=', 1).executeTakeFirst();
  return row?.mark ?? '';
}

async function writeMark(trx: Transaction<IssuesTables>, mark: string): Promise<void> {
  await trx
    .insertInto('issue_mark')
    .values({ id: 1, mark })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ mark }))
    .execute();
}

async function recordSums(
  context: TrackingContext,
  trx: Transaction<IssuesTables>,
  sums: ReadonlyMap<number, HashSum>,
): Promise<boolean> {
  if (sums.size === 0) return false;
  const nowMs = context.clock.nowMs();
  const issues = await readRecorded(trx, [...sums.keys()]);
  const owned = [...sums.values()].filter(({ hashId }) => issues.byHash.has(hashId));
  await addHashSums(trx, owned);
  const byIssue = groupBy(owned, ({ hashId }) => issues.byHash.get(hashId));
  const touched: { readonly issue: RecordedIssue; readonly sums: readonly HashSum[] }[] = [];
  for (const [issue, ofIssue] of byIssue) if (issue !== undefined) touched.push({ issue, sums: ofIssue });
  const hours = await countHours(trx, touched, nowMs);
  const writes: IssueWrite[] = [];
  const activity: ActivityEntry[] = [];
  const signals: NewSignal[] = [];
  const windows = await countIgnored(trx, touched, nowMs);
  for (const { issue, sums: ofIssue } of touched) {
    const sum = sumIssue(ofIssue);
    const hour = hours.get(issue.id) ?? { hourMs: issue.hour_ms, events: issue.hour_events, threshold: 0 };
    const regression = await regressionOf(context, issue, sum.events);
    const arrival: Arrival = {
      isFirst: issue.times_seen === 0,
      timesSeen: issue.times_seen + sum.events.length,
      hourEvents: hour.events,
      hourThreshold: hour.threshold,
      eventId: sum.events.at(-1)?.eventId ?? '',
      ...windows.get(issue.id),
      ...(regression === undefined ? {} : { regression }),
    };
    const move = decideState(stateOf(issue), arrival, nowMs);
    writes.push({ issue, sum, hour, state: move?.state });
    if (move !== undefined) noteMove(issue, move, nowMs, { activity, signals });
  }
  await writeIssues(trx, writes);
  await forgetIgnored(
    trx,
    writes.filter(({ issue, state }) => issue.ignore !== null && state !== undefined).map(({ issue }) => issue.id),
  );
  await insertActivity(trx, activity);
  await insertSignals(trx, signals);
  return signals.length > 0;
}

const stateOf = (issue: RecordedIssue): IssueState => ({
  status: issue.status,
  substatus: issue.substatus,
  stateMs: issue.state_ms,
  resolution: issue.resolution,
  ignore: issue.ignore,
});

async function regressionOf(
  { releases }: TrackingContext,
  { status, resolution, project_id: projectId }: RecordedIssue,
  events: readonly RecordedEvent[],
): Promise<Arrival['regression']> {
  if (status !== 'resolved' || resolution === null) return undefined;
  return findRegression(resolution, events, await releases.ofProject(projectId));
}
