import type { Actor } from '../../access/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Alerting } from '../../notify/index.ts';
import type { Redactor } from '../../redact/index.ts';
import type { AlarmService } from '../alarms/index.ts';
import type { MetricStore } from '../types.ts';
import type { NamedFolder } from './host/ask-machine.ts';
import { watchHost } from './host/watch-host.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from './limits.ts';
import type { DatabaseTarget } from './postgres/sql-session.ts';
import { createStatementStore } from './postgres/statement-store.ts';
import { type WatchedDatabase, watchDatabase } from './postgres/watch-database.ts';
import { createReadyAlarms, type ReadyAlarms } from './ready/keep-ready-alarms.ts';
import type { Collectors, StatementsView, Targets } from './types.ts';
import { createWatch, type Watch } from './watch.ts';

export interface CollectorsDeps {
  readonly store: MetricStore;
  readonly alarms: Pick<AlarmService, 'putMetricAlarm' | 'describeAlarms' | 'deleteAlarms' | 'listTagsForResource'>;
  readonly catalog: Catalog;
  readonly alerting: Alerting;
  readonly redactor: Redactor;
  /** Asked at each turn: what comes or goes is watched or let go within seconds. */
  readonly targets: Targets;
  readonly host: string;
  readonly folders: readonly NamedFolder[];
  /** In whose name ready alarms are made. */
  readonly actor: Actor;
  readonly clock: Clock;
  readonly log: Log;
}

interface WatchedTarget {
  readonly mark: string;
  readonly database: WatchedDatabase;
  readonly watch: Watch;
}

/** Opens the collectors; COLLECTORS_MIGRATIONS must have run. Nothing is asked before `start`. */
export function createCollectors(deps: CollectorsDeps): Collectors {
  const { clock, log } = deps;
  const stopping = new AbortController();
  const host = createWatch(watchHost(deps), deps);
  const ready = createReadyAlarms(deps);
  let supervising: Promise<void> = Promise.resolve();
  let turning: Promise<void> | undefined;
  const following = createFollowing(deps, ready);
  const watches = (): readonly Watch[] => [host, ...following.watches()];

  const turn = async (): Promise<void> => {
    try {
      await following.follow();
      await Promise.all(watches().map((watch) => watch.tell()));
    } catch (error) {
      log.error({ err: error }, 'a turn over the collectors failed; it is taken again');
    }
  };
  const turnOnce = (): Promise<void> => {
    turning ??= turn().finally(() => {
      turning = undefined;
    });
    return turning;
  };
  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await turnOnce();
      // Not waited for: a catalog that hangs must not keep blindness from being told.
      void ready.keep(following.names());
      await clock.sleep(LIMITS.watchMs, stopping.signal).catch(() => undefined);
    }
  };
  return {
    status: () => watches().map((watch) => watch.status()),
    statements: (source) => following.statements(source),
    collectNow: async () => {
      await turnOnce();
      await ready.keep(following.names());
      await Promise.all(watches().map((watch) => watch.lookNow()));
    },
    start: () => {
      host.start();
      following.start();
      supervising = supervise();
    },
    close: async () => {
      stopping.abort(new Error('the collectors stop'));
      await supervising;
      await turning;
      await ready.close();
      await Promise.all(watches().map((watch) => watch.close(false)));
    },
  };
}

interface Following {
  /** Watches what is new, lets go what is gone, and connects anew where the address changed. */
  readonly follow: () => Promise<void>;
  readonly names: () => readonly string[];
  readonly watches: () => readonly Watch[];
  readonly statements: (source: string) => StatementsView | undefined;
  /** What is watched from now on looks by itself. */
  readonly start: () => void;
}

function createFollowing(deps: CollectorsDeps, ready: Pick<ReadyAlarms, 'forgetDatabase'>): Following {
  const store = createStatementStore(deps.catalog);
  const databases = new Map<string, WatchedTarget>();
  let isStarted = false;
  const begin = (target: DatabaseTarget): void => {
    const database = watchDatabase(target, { ...deps, store });
    const watch = createWatch(database, deps);
    databases.set(target.name, { mark: target.mark, database, watch });
    if (isStarted) watch.start();
  };
  return {
    names: () => [...databases.keys()],
    watches: () => [...databases.values()].map(({ watch }) => watch),
    statements: (source) => databases.get(source)?.database.statements(),
    start: () => {
      isStarted = true;
      for (const { watch } of databases.values()) watch.start();
    },
    follow: async () => {
      const targets = new Map(deps.targets().map((target) => [target.name, target]));
      for (const [name, { mark, watch }] of databases) {
        const target = targets.get(name);
        if (target?.mark === mark) continue;
        databases.delete(name);
        await watch.close(target === undefined);
        if (target === undefined) await ready.forgetDatabase(name);
      }
      for (const target of targets.values()) if (!databases.has(target.name)) begin(target);
    },
  };
}
