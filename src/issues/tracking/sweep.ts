import { sql, type Transaction } from 'kysely';
import { DAY_MS } from '../../base/index.ts';
import { type ActivityEntry, insertActivity } from './activity.ts';
import type { TrackingContext } from './context.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from './limits.ts';
import type { IssuesTables } from './migrations.ts';
import { insertSignals, type NewSignal } from './signals.ts';
import { decideByTime, type IssueState, type StateMove } from './tracker/decide-state.ts';
import { forgetIgnored } from './tracker/ignore-counters.ts';
import { noteMove } from './tracker/note-move.ts';
import { writeStates } from './tracker/write-issues.ts';

export interface Sweep {
  /** One round: moves what is due. Throws what the database throws. */
  readonly run: () => Promise<void>;
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

/** Moves issues that time alone moves, and removes counters and signals whose time is over. */
export function createSweep(context: TrackingContext): Sweep {
  const stop = new AbortController();
  let loop: Promise<void> | undefined;
  let expiredMs = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<void> => {
    let isAnyMoved = false;
    for (;;) {
      const moved = await moveDue(context);
      isAnyMoved ||= moved > 0;
      if (moved < LIMITS.sweepRowsMax || stop.signal.aborted) break;
    }
    if ((await resolveByAge(context)) > 0) isAnyMoved = true;
    if (isAnyMoved) context.bell.ring();
    const nowMs = context.clock.monotonicMs();
    if (nowMs - expiredMs < LIMITS.expireEveryMs) return;
    await expireCounters(context);
    expiredMs = nowMs;
  };
  const runLoop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await run();
      } catch (error) {
        context.log.warn({ reason: String(error) }, 'issues that are due could not be moved; it is tried again');
      }
      await context.clock.sleep(LIMITS.sweepMs, stop.signal).catch(() => undefined);
    }
  };
  return {
    run,
    start: () => {
      loop ??= runLoop();
    },
    close: async () => {
      stop.abort(new Error('issues are closing'));
      await loop;
    },
  };
}

interface DueRow extends Omit<IssueState, 'stateMs'> {
  readonly id: number;
  readonly project_id: string;
  readonly state_ms: number;
}

/** Returns how many were moved. What is due is chosen by the same rule twice: coarsely here, exactly by decideByTime. */
async function moveDue(context: TrackingContext): Promise<number> {
  const nowMs = context.clock.nowMs();
  return await context.inTurn(() =>
    context.catalog.transaction<IssuesTables, number>(async (trx) => {
      const { rows } = await sql<DueRow>`
        SELECT id, project_id, status, substatus, state_ms, resolution, ignore FROM issues
        WHERE deleted_ms IS NULL AND merged_into IS NULL AND (
          (substatus IN ('new', 'regressed', 'escalating') AND state_ms <= ${nowMs - LIMITS.newForMs})
          OR (substatus IN ('until-condition', 'until-escalating') AND (ignore #>> '{condition,untilMs}')::bigint <= ${nowMs}))
        ORDER BY id LIMIT ${LIMITS.sweepRowsMax}
      `.execute(trx);
      const moves = rows.flatMap((row) => {
        const move = decideByTime({ ...row, stateMs: row.state_ms }, nowMs);
        return move === undefined ? [] : [{ row, move }];
      });
      await writeMoves(trx, moves, nowMs);
      return moves.length;
    }),
  );
}

async function writeMoves(
  trx: Transaction<IssuesTables>,
  moves: readonly { readonly row: Pick<DueRow, 'id' | 'project_id' | 'ignore'>; readonly move: StateMove }[],
  nowMs: number,
): Promise<void> {
  const activity: ActivityEntry[] = [];
  const signals: NewSignal[] = [];
  for (const { row, move } of moves) noteMove(row, move, nowMs, { activity, signals });
  await writeStates(
    trx,
    moves.map(({ row, move }) => ({ id: row.id, state: move.state, by: 'holdfast' })),
  );
  await forgetIgnored(
    trx,
    moves.flatMap(({ row }) => (row.ignore === null ? [] : [row.id])),
  );
  await insertActivity(trx, activity);
  await insertSignals(trx, signals);
}

/** Resolves what was not seen for as long as its project says. */
async function resolveByAge(context: TrackingContext): Promise<number> {
  const nowMs = context.clock.nowMs();
  let moved = 0;
  for (const { id, settings } of context.projects.all()) {
    if (settings.resolveAfterDays <= 0) continue;
    const seenBeforeMs = nowMs - settings.resolveAfterDays * DAY_MS;
    moved += await context.inTurn(() =>
      context.catalog.transaction<IssuesTables, number>(async (trx) => {
        const due = await trx
          .selectFrom('issues')
          .select(['id', 'project_id', 'ignore'])
          .where('project_id', '=', id)
          .where('status', '=', 'unresolved')
          .where('merged_into', 'is', null)
          .where('deleted_ms', 'is', null)
          .where('times_seen', '>', 0)
          .where('last_seen_ms', '<', seenBeforeMs)
          // What a person opened again yesterday is not closed because it is old.
          .where('state_ms', '<', seenBeforeMs)
          .limit(LIMITS.sweepRowsMax)
          .execute();
        const move: StateMove = {
          state: {
            status: 'resolved',
            substatus: null,
            stateMs: nowMs,
            resolution: { type: 'by-age', atMs: nowMs },
            ignore: null,
          },
          activity: { type: 'resolved', detail: { afterDays: settings.resolveAfterDays } },
          signal: 'resolved',
        };
        await writeMoves(
          trx,
          due.map((row) => ({ row, move })),
          nowMs,
        );
        return due.length;
      }),
    );
  }
  return moved;
}

async function expireCounters({ catalog, clock, inTurn }: TrackingContext): Promise<void> {
  const nowMs = clock.nowMs();
  const db = catalog.db<IssuesTables>();
  await inTurn(async () => {
    await db
      .deleteFrom('issue_hash_hours')
      .where('hour_ms', '<', nowMs - LIMITS.countersKeptMs)
      .execute();
    await db
      .deleteFrom('issue_ignore_minutes')
      .where('minute_ms', '<', nowMs - LIMITS.countersKeptMs)
      .execute();
    // Without a window every user counts until the issue is no longer ignored.
    await sql`
      DELETE FROM issue_ignore_users u USING issues i
      WHERE i.id = u.issue_id AND u.last_seen_ms < ${nowMs} - (i.ignore #>> '{condition,usersWindowMs}')::bigint
    `.execute(db);
    await db
      .deleteFrom('issue_signals')
      .where('at_ms', '<', nowMs - LIMITS.signalsKeptMs)
      .execute();
  });
}
