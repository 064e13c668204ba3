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
import { createReadyAlarms } from './ready/keep-ready-alarms.ts';
import type { Collectors, Targets } from './types.ts';
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
  const statementStore = createStatementStore(deps.catalog);
  const databases = new Map<string, WatchedTarget>();
  const host = createWatch(watchHost(deps), deps);
  const ready = createReadyAlarms(deps);
  let isStarted = false;
  let supervising: Promise<void> = Promise.resolve();
  let turning: Promise<void> | undefined;
  const watches = (): readonly Watch[] => [host, ...[...databases.values()].map(({ watch }) => watch)];

  const begin = (target: DatabaseTarget): void => {
    const database = watchDatabase(target, { ...deps, store: statementStore });
    const watch = createWatch(database, deps);
    databases.set(target.name, { mark: target.mark, database, watch });
    if (isStarted) watch.start();
  };
  /** Watches what is new, lets go what is gone, and connects anew where the address changed. */
  const follow = async (): Promise<void> => {
    const targets = new Map(deps.targets().map((target) => [target.name, target]));
    for (const [name, { mark, watch }] of databases) {
      const target = targets.get(name);
      if (target?.mark === mark) continue;
      databases.delete(name);
      await watch.close(target === undefined);
      if (target === undefined) await ready.forgetDatabase(name);
    }
    for (const target of targets.values()) if (!databases.has(target.name)) begin(target);
  };
  const turn = async (): Promise<void> => {
    try {
      await follow();
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
      void ready.keep([...databases.keys()]);
      await clock.sleep(LIMITS.watchMs, stopping.signal).catch(() => undefined);
    }
  };
  return {
    status: () => watches().map((watch) => watch.status()),
    statements: (source) => databases.get(source)?.database.statements(),
    collectNow: async () => {
      await turnOnce();
      await ready.keep([...databases.keys()]);
      await Promise.all(watches().map((watch) => watch.lookNow()));
    },
    start: () => {
      isStarted = true;
      for (const watch of watches()) watch.start();
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
