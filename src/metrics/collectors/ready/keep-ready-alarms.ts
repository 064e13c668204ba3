import type { Actor } from '../../../access/index.ts';
import { type Clock, isFailure, type Log } from '../../../base/index.ts';
import type { Catalog } from '../../../catalog/index.ts';
import type { AlarmService } from '../../alarms/index.ts';
import { REQUESTS_NAMESPACE } from '../../traces/index.ts';
import type { MetricStore } from '../../types.ts';
import type { NamedFolder } from '../host/ask-machine.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';
import type { CollectorsTables } from '../migrations.ts';
import { POSTGRES_NAMESPACE } from '../postgres/collect-postgres.ts';
import { databaseAlarms, databaseDiskAlarms } from './database-alarms.ts';
import { hostAlarms } from './host-alarms.ts';
import { READY_TAG, type ReadyAlarm } from './ready-alarm.ts';
import { serviceAlarms } from './service-alarms.ts';

export interface ReadyAlarms {
  /** Makes what is missing; what was made once is never touched again. Never throws. */
  readonly keep: (databases: readonly string[]) => Promise<void>;
  /** Removes the alarms of a database that is not watched any more, except those that people made their own. */
  readonly forgetDatabase: (source: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Deps {
  readonly store: Pick<MetricStore, 'listMetrics'>;
  readonly alarms: Pick<AlarmService, 'putMetricAlarm' | 'describeAlarms' | 'deleteAlarms' | 'listTagsForResource'>;
  readonly catalog: Pick<Catalog, 'db'>;
  readonly host: string;
  readonly folders: readonly NamedFolder[];
  readonly actor: Actor;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Alarms that are there without anybody having made them. A table remembers which were made: one that a person changed
 * stays changed, and one that was deleted stays away. A crash between making an alarm and remembering it finds the alarm
 * there at the next start, and leaves it as it is.
 */
export function createReadyAlarms(deps: Deps): ReadyAlarms {
  const { clock, log, host, folders } = deps;
  let made: Set<string> | undefined;
  let seenMs: number | undefined;
  let services: readonly string[] = [];
  let withDisk: readonly string[] = [];
  let keeping: Promise<void> | undefined;

  const keep = async (databases: readonly string[]): Promise<void> => {
    if (made === undefined) {
      await forgetHosts(deps);
      made = new Set(await madeNames(deps));
    }
    if (seenMs === undefined || clock.monotonicMs() - seenMs >= LIMITS.slowEveryMs) {
      const { store } = deps;
      services = await valuesSeen(store, { namespace: REQUESTS_NAMESPACE, name: 'Requests', dimension: 'service' });
      withDisk = await valuesSeen(store, { namespace: POSTGRES_NAMESPACE, name: 'DiskUsed', dimension: 'source' });
      seenMs = clock.monotonicMs();
    }
    const wanted = [
      ...databases.flatMap(databaseAlarms),
      ...databases.filter((name) => withDisk.includes(name)).flatMap(databaseDiskAlarms),
      ...hostAlarms(
        host,
        folders.map(({ name }) => name),
      ),
      ...services.slice(0, LIMITS.servicesMax).flatMap(serviceAlarms),
    ];
    for (const alarm of wanted) {
      if (made.has(alarm.input.alarmName)) continue;
      await makeOnce(deps, alarm);
      made.add(alarm.input.alarmName);
    }
  };
  return {
    keep: (databases) => {
      keeping ??= keep(databases)
        .catch((error: unknown) => log.warn({ err: error }, 'ready alarms could not be made; it is tried again'))
        .finally(() => {
          keeping = undefined;
        });
      return keeping;
    },
    forgetDatabase: async (source) => {
      await keeping;
      const names = await forget(deps, { kind: 'database', subject: source });
      for (const name of names) made?.delete(name);
    },
    close: async () => keeping,
  };
}

const tables = ({ catalog }: Pick<Deps, 'catalog'>) => catalog.db<CollectorsTables>();

async function madeNames(deps: Deps): Promise<readonly string[]> {
  const rows = await tables(deps).selectFrom('ready_alarms').select('name').execute();
  return rows.map(({ name }) => name);
}

async function isThere({ alarms, actor }: Deps, alarmName: string): Promise<boolean> {
  const { metricAlarms, compositeAlarms } = await alarms.describeAlarms(actor, {
    alarmNames: [alarmName],
    alarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  return metricAlarms.length + compositeAlarms.length > 0;
}

async function makeOnce(deps: Deps, { kind, subject, input }: ReadyAlarm): Promise<void> {
  if (!(await isThere(deps, input.alarmName))) await deps.alarms.putMetricAlarm(deps.actor, input);
  await tables(deps)
    .insertInto('ready_alarms')
    .values({ name: input.alarmName, kind, subject, made_ms: deps.clock.nowMs() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/** What has points of a metric that has this dimension alone, within hours. */
async function valuesSeen(
  store: Deps['store'],
  of: { readonly namespace: string; readonly name: string; readonly dimension: string },
): Promise<readonly string[]> {
  const { namespace, name, dimension } = of;
  const { metrics } = await store.listMetrics({ namespace, name, recentlyActive: true, limit: 5_000 });
  const values = metrics.flatMap(({ dimensions }) => {
    const { [dimension]: value, ...others } = dimensions;
    return value === undefined || Object.keys(others).length > 0 ? [] : [value];
  });
  return [...new Set(values)].sort();
}

/** A machine has one name; alarms of another one are of a container or a name that is gone. */
async function forgetHosts(deps: Deps): Promise<void> {
  const rows = await tables(deps)
    .selectFrom('ready_alarms')
    .select('subject')
    .distinct()
    .where('kind', '=', 'host')
    .where('subject', '!=', deps.host)
    .execute();
  for (const { subject } of rows) await forget(deps, { kind: 'host', subject });
}

async function forget(
  deps: Deps,
  { kind, subject }: { readonly kind: string; readonly subject: string },
): Promise<readonly string[]> {
  const rows = await tables(deps)
    .selectFrom('ready_alarms')
    .select('name')
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .execute();
  for (const { name } of rows) await removeReady(deps, name);
  await tables(deps).deleteFrom('ready_alarms').where('kind', '=', kind).where('subject', '=', subject).execute();
  return rows.map(({ name }) => name);
}

async function removeReady(deps: Deps, name: string): Promise<void> {
  const { alarms, actor, log } = deps;
  try {
    if (!(await isThere(deps, name))) return;
    // Whoever takes the tag off keeps the alarm.
    if ((await alarms.listTagsForResource(actor, name))[READY_TAG] !== 'true') return;
    await alarms.deleteAlarms(actor, [name]);
  } catch (error) {
    if (!isFailure(error)) throw error;
    log.warn({ alarm: name, reason: error.message }, 'an alarm of what is not watched any more stays');
  }
}
