import { type Clock, Failure, isFailure, MINUTE_MS } from '../../../base/index.ts';
import type { Redactor } from '../../../redact/index.ts';
import { type Counters, createCounters } from '../counters.ts';
import { METRICS_COLLECTORS_FAILURES } from '../failures.ts';
import type { NamedFolder } from '../host/ask-machine.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';
import { createPointList } from '../point-list.ts';
import type { StatementsView, Unseen } from '../types.ts';
import type { Watched, WatchedRound } from '../watch.ts';
import { createDiskQuestion } from './ask-disk.ts';
import { createStatementsQuestion } from './ask-statements.ts';
import { createTablesQuestion } from './ask-tables.ts';
import { collectPostgres, POSTGRES_NAMESPACE, QUESTIONS } from './collect-postgres.ts';
import type { Question, ServerFacts } from './round.ts';
import type { DatabaseTarget, SqlSession } from './sql-session.ts';
import type { StatementStore } from './statement-store.ts';

export interface WatchedDatabase extends Watched {
  readonly statements: () => StatementsView;
}

/** Collects from one server over one connection, which is kept between rounds and made anew when it breaks. */
export function watchDatabase(
  target: DatabaseTarget,
  deps: {
    readonly store: StatementStore;
    readonly redactor: Redactor;
    /** Those whose disks the host's collector tells. */
    readonly folders: readonly NamedFolder[];
    readonly clock: Clock;
  },
): WatchedDatabase {
  const { clock } = deps;
  const statements = createStatementsQuestion({ ...deps, source: target.name });
  const questions: readonly Question[] = [
    ...QUESTIONS,
    createDiskQuestion(deps.folders),
    createTablesQuestion(),
    statements,
  ];
  const counters: Counters = createCounters();
  const keeper = keepSession(target);
  let slowMs: number | undefined;
  let slowUnseen: readonly Unseen[] = [];

  return {
    id: `database:${target.name}`,
    kind: 'database',
    name: target.name,
    path: `/databases/${target.name}`,
    statements: statements.view,
    round: async (stopping) => {
      const startedMs = clock.monotonicMs();
      const isSlow = slowMs === undefined || startedMs - slowMs >= LIMITS.slowEveryMs - LIMITS.everyMs / 2;
      const list = createPointList({
        namespace: POSTGRES_NAMESPACE,
        timeMs: clock.nowMs(),
        dimensions: { source: target.name },
      });
      const own = (isUp: boolean): WatchedRound['points'] => {
        list.add({ name: 'Up', unit: 'None', value: isUp ? 1 : 0 });
        list.add({ name: 'CollectionTime', unit: 'Milliseconds', value: clock.monotonicMs() - startedMs });
        return list.points();
      };
      try {
        const found = await bounded(target, clock, stopping, (signal) =>
          keeper.use(signal, (session) =>
            collectPostgres({ source: target.name, session, questions, counters, isSlow, clock }),
          ),
        );
        if (isSlow) slowMs = startedMs;
        counters.forgetBefore(clock.monotonicMs() - 10 * MINUTE_MS);
        const slow = new Set(questions.filter((question) => question.isSlow).map(({ about }) => about));
        if (isSlow) slowUnseen = found.unseen.filter(({ what }) => slow.has(what));
        const unseen = [...found.unseen.filter(({ what }) => !slow.has(what)), ...slowUnseen];
        return { points: [...own(true), ...found.points], unseen, detail: detailOf(found.server) };
      } catch (error) {
        if (stopping.aborted) throw error;
        return { points: own(false), unseen: [], problem: problemOf(error) };
      }
    },
    close: keeper.close,
  };
}

interface SessionKeeper {
  /** A session that failed at its work is not used again. */
  readonly use: <Result>(signal: AbortSignal, work: (session: SqlSession) => Promise<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

function keepSession(target: DatabaseTarget): SessionKeeper {
  let session: SqlSession | undefined;
  const drop = (): void => {
    session?.destroy();
    session = undefined;
  };
  return {
    use: async (signal, work) => {
      signal.addEventListener('abort', drop, { once: true });
      try {
        session ??= await target.connect(signal);
        signal.throwIfAborted();
        return await work(session);
      } catch (error) {
        drop();
        throw error;
      } finally {
        signal.removeEventListener('abort', drop);
      }
    },
    close: async () => {
      await session?.close().catch(() => undefined);
      session = undefined;
    },
  };
}

/** A round that hangs is given up with its connection. */
async function bounded<Result>(
  target: DatabaseTarget,
  clock: Clock,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const signal = AbortSignal.any([limit.signal, stopping]);
  const seconds = LIMITS.roundMs / 1000;
  const failure = new Failure(METRICS_COLLECTORS_FAILURES.roundTimedOut, { source: target.name, seconds });
  const timeout = clock.sleep(LIMITS.roundMs, signal).then(() => {
    limit.abort(failure);
    throw failure;
  });
  timeout.catch(() => undefined);
  const working = work(signal);
  working.catch(() => undefined);
  try {
    return await Promise.race([working, timeout]);
  } finally {
    limit.abort(new Error('the round is over'));
  }
}

const problemOf = (error: unknown): string => {
  if (isFailure(error)) return `${error.message}. ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
};

function detailOf({ version, isStandby }: ServerFacts): string {
  return `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}, ${isStandby ? 'standby' : 'primary'}`;
}
