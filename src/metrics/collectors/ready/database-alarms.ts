import type { MetricQuery } from '../../types.ts';
import { POSTGRES_NAMESPACE } from '../postgres/collect-postgres.ts';
import { type ReadyAlarm, readyAlarm } from './ready-alarm.ts';

const MINUTE_S = 60;
const FIVE_MINUTES_S = 300;
/** 80 MB of blocks in five minutes; with fewer the share says nothing. */
const READS_THAT_COUNT = 10_000;

/** The alarms that every database gets; docs/database-metrics.md shows them as a table, and a test compares the two. */
export function databaseAlarms(source: string): readonly ReadyAlarm[] {
  return [...useAlarms(source), ...dangerAlarms(source), cacheHit(source)];
}

const metricFor =
  (source: string) =>
  (metricName: string, statistic: string, period = MINUTE_S) => ({
    ...{ namespace: POSTGRES_NAMESPACE, metricName, dimensions: { source }, statistic, period },
  });

/** Whether it can be used now. */
function useAlarms(source: string): readonly ReadyAlarm[] {
  const of = { kind: 'database', subject: source } as const;
  const metric = metricFor(source);
  return [
    readyAlarm(
      {
        ...of,
        what: 'up',
        description: `${source} answers the collector. The collector itself tells people when it does not.`,
        ...{ severity: 'critical', comparison: '<', threshold: 1, datapoints: [1, 1], missing: 'breaching' },
        raises: false,
      },
      metric('Up', 'Maximum'),
    ),
    readyAlarm(
      {
        ...of,
        what: 'connections',
        description: `${source} has few connections left; when there are none, applications are refused. See which sessions are idle, or pool them.`,
        ...{ severity: 'high', comparison: '>=', threshold: 85, datapoints: [3, 5], missing: 'missing' },
      },
      metric('ConnectionsUsed', 'Maximum'),
    ),
    readyAlarm(
      {
        ...of,
        what: 'long-transaction',
        description: `A transaction of ${source} has been open for more than 15 minutes: it keeps locks and dead rows. Find it in pg_stat_activity by xact_start.`,
        ...{ severity: 'medium', comparison: '>', threshold: 900, datapoints: [1, 1], missing: 'missing' },
      },
      metric('LongestTransaction', 'Maximum'),
    ),
  ];
}

/** What may be lost, or will stop it later. */
function dangerAlarms(source: string): readonly ReadyAlarm[] {
  const of = { kind: 'database', subject: source } as const;
  const metric = metricFor(source);
  return [
    readyAlarm(
      {
        ...of,
        what: 'replication-lag',
        description: `A standby of ${source} is more than a minute behind: a failover now would lose that, and reads there are old.`,
        ...{ severity: 'high', comparison: '>', threshold: 60, datapoints: [3, 5], missing: 'notBreaching' },
      },
      metric('ReplicationLag', 'Maximum'),
    ),
    readyAlarm(
      {
        ...of,
        what: 'wraparound',
        description: `The oldest rows of ${source} are half way to where the server takes no more writes. Find what keeps vacuum from freezing: old transactions, slots, prepared transactions.`,
        ...{ severity: 'high', comparison: '>=', threshold: 50, datapoints: [1, 1], missing: 'missing' },
      },
      metric('WraparoundUsed', 'Maximum', FIVE_MINUTES_S),
    ),
    readyAlarm(
      {
        ...of,
        what: 'deadlocks',
        description: `Transactions of ${source} waited for each other and one was ended by the server. Its log names them; take locks in one order.`,
        ...{ severity: 'medium', comparison: '>', threshold: 0, datapoints: [1, 1], missing: 'notBreaching' },
      },
      metric('Deadlocks', 'Sum'),
    ),
  ];
}

/** For servers on a disk of this machine that no other collector tells of: elsewhere there is no data. */
export const databaseDiskAlarms = (source: string): readonly ReadyAlarm[] => [
  diskUsed(source, { what: 'disk', severity: 'high', threshold: 85 }),
  diskUsed(source, { what: 'disk-full', severity: 'critical', threshold: 95 }),
];

function cacheHit(source: string): ReadyAlarm {
  const part = (id: string, name: string): MetricQuery => ({
    ...{ id, type: 'metric', metric: { namespace: POSTGRES_NAMESPACE, name, dimensions: { source } } },
    ...{ statistic: 'Sum', periodSeconds: FIVE_MINUTES_S, returnData: false },
  });
  return readyAlarm(
    {
      ...{ kind: 'database', subject: source, what: 'cache-hit' },
      description: `Fewer than nine in ten blocks that ${source} asked for were in its memory, with enough of them read to matter. Look for scans of whole tables, or raise shared_buffers.`,
      ...{ severity: 'low', comparison: '<', threshold: 90, datapoints: [3, 3], missing: 'missing' },
    },
    {
      metrics: [
        part('hit', 'BlocksHit'),
        part('read', 'BlocksRead'),
        {
          ...{ id: 'share', type: 'expression', label: 'cache hits in percent', returnData: true },
          expression: `IF(read > ${READS_THAT_COUNT}, 100 * hit / (hit + read), 100)`,
          periodSeconds: FIVE_MINUTES_S,
        },
      ],
    },
  );
}

const diskUsed = (
  source: string,
  {
    what,
    severity,
    threshold,
  }: { readonly what: string; readonly severity: 'high' | 'critical'; readonly threshold: number },
): ReadyAlarm =>
  readyAlarm(
    {
      ...{ kind: 'database', subject: source, what, severity, threshold },
      description: `The disk of the data folder of ${source} is ${threshold} % full. A full disk stops the server.`,
      ...{ comparison: '>=', datapoints: [2, 3], missing: 'missing' },
    },
    {
      ...{ namespace: POSTGRES_NAMESPACE, metricName: 'DiskUsed', dimensions: { source } },
      ...{ statistic: 'Maximum', period: MINUTE_S },
    },
  );
