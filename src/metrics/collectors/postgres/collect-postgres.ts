import { type Clock, isFailure } from '../../../base/index.ts';
import type { MetricPoint } from '../../types.ts';
import type { Counters } from '../counters.ts';
import { createPointList } from '../point-list.ts';
import type { Unseen } from '../types.ts';
import { askActivity, askConnections, askLocks } from './ask-activity.ts';
import { askDatabases, askSizes, askWraparound } from './ask-databases.ts';
import { askOwnLag, askSlots, askStandbys, askWalRate } from './ask-replication.ts';
import { askCheckpoints, askCheckpointsBefore17, askIo, askWal } from './ask-writing.ts';
import { readServer } from './read-server.ts';
import type { Question, Round, ServerFacts } from './round.ts';
import { type SqlSession, sqlStateOf } from './sql-session.ts';

export const POSTGRES_NAMESPACE = 'Holdfast/PostgreSQL';

export const QUESTIONS: readonly Question[] = [
  ...[askActivity, askConnections, askLocks, askDatabases, askWraparound, askStandbys, askOwnLag, askSlots],
  ...[askWalRate, askCheckpoints, askCheckpointsBefore17, askIo, askWal, askSizes],
];

export interface Collected {
  readonly points: readonly MetricPoint[];
  readonly unseen: readonly Unseen[];
  readonly server: ServerFacts;
}

const NO_RIGHTS: Unseen = {
  what: 'sessions and statements of other roles, and standbys',
  reason: 'the role lacks pg_read_all_stats: GRANT pg_monitor TO <role>',
};

/**
 * One round of questions over one session. A question that the server refuses is told as unseen and the others go on;
 * a connection that broke ends the round.
 */
export async function collectPostgres(given: {
  readonly source: string;
  readonly session: SqlSession;
  readonly questions: readonly Question[];
  readonly counters: Counters;
  readonly isSlow: boolean;
  readonly clock: Clock;
}): Promise<Collected> {
  const { source, session, counters, clock } = given;
  const server = await readServer(session);
  const list = createPointList({
    namespace: POSTGRES_NAMESPACE,
    timeMs: clock.nowMs(),
    dimensions: { source },
  });
  const round: Round = { session, server, list, counters, monotonicMs: clock.monotonicMs };
  const unseen: Unseen[] = server.seesOthers ? [] : [NO_RIGHTS];
  for (const question of given.questions) {
    if ((question.isSlow && !given.isSlow) || !question.fits(server)) continue;
    try {
      await question.ask(round);
    } catch (error) {
      if (isBroken(error)) throw error;
      unseen.push({ what: question.about, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { points: list.points(), unseen, server };
}

/**
 * Class 08 is a lost connection, 57P a server that ends; without a state the error is not the server's at all. Failures
 * are those of Holdfast's own catalog, where texts are kept, and a disk that cannot be asked is no connection either.
 */
function isBroken(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P');
  return !isFailure(error) && (error as { readonly syscall?: unknown }).syscall !== 'statfs';
}
