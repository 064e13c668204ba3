import type { MetricQuery } from '../api/types.ts';

/** A chart as it is before somebody chooses what it is of: `$of` and `$period` are put in. */
export interface ReadyChart {
  readonly id: string;
  readonly title: string;
  /** What it is good for, in one sentence. */
  readonly about: string;
  readonly unit: string;
  readonly threshold?: number;
  readonly queries: readonly MetricQuery[];
}

export interface ReadyDashboard {
  readonly name: string;
  /** The question that it answers. */
  readonly title: string;
  /** What can be chosen: the values of one dimension of a metric. */
  readonly choice: {
    readonly label: string;
    readonly namespace: string;
    readonly metric: string;
    readonly dimension: string;
  };
  readonly charts: readonly ReadyChart[];
}

const REQUESTS = 'Holdfast/Requests';
const POSTGRES = 'Holdfast/PostgreSQL';
const HOST = 'Holdfast/Host';

type Asked = readonly [name: string, statistic: string, label?: string];

/** Metrics with only the dimension that was chosen, by the ids m1, m2 … */
const metricsOf =
  (namespace: string, dimension: string) =>
  (asked: readonly Asked[], returnData = true): MetricQuery[] =>
    asked.map(([name, statistic, label], index) => ({
      ...{ id: `m${index + 1}`, type: 'metric', statistic, periodSeconds: 60, returnData },
      metric: { namespace, name, dimensions: { [dimension]: '$of' } },
      ...(label === undefined ? {} : { label }),
    }));

const math = (expression: string, label?: string): MetricQuery => ({
  ...{ id: 'e1', type: 'expression', expression, returnData: true },
  ...(label === undefined ? {} : { label }),
});

/** One line for each value of a further dimension. */
const each = (schema: string, name: string, statistic: string, where: string): MetricQuery =>
  math(`SEARCH('{${schema}} MetricName="${name}" ${where}="$of"', '${statistic}', $period)`);

const ofService = metricsOf(REQUESTS, 'service');
const ofSource = metricsOf(POSTGRES, 'source');
const ofHost = metricsOf(HOST, 'host');
const service = { label: 'Service', namespace: REQUESTS, metric: 'Requests', dimension: 'service' } as const;
const everyService = (name: string, statistic: string): MetricQuery =>
  math(`SEARCH('{${REQUESTS},service} MetricName="${name}"', '${statistic}', $period)`);

const traffic: ReadyDashboard = {
  name: 'traffic',
  title: 'How much is asked of us?',
  choice: service,
  charts: [
    {
      ...{ id: 'requests', title: 'Requests', about: 'All requests of the service.', unit: 'Count/Second' },
      queries: [...ofService([['Requests', 'Sum']], false), math('m1 / PERIOD(m1)', 'requests')],
    },
    {
      ...{ id: 'routes', title: 'Requests by route', about: 'Where they go.', unit: 'Count' },
      queries: [each(`${REQUESTS},service,route`, 'Requests', 'Sum', 'service')],
    },
    {
      ...{ id: 'services', title: 'Requests of every service', about: 'Beside its neighbours.', unit: 'Count' },
      queries: [everyService('Requests', 'Sum')],
    },
    {
      ...{ id: 'errors', title: 'Requests and errors', about: 'A fall of one or a rise of the other.', unit: 'Count' },
      queries: ofService([
        ['Requests', 'Sum', 'requests'],
        ['Errors', 'Sum', 'errors'],
      ]),
    },
  ],
};

const latency: ReadyDashboard = {
  name: 'latency',
  title: 'How long do people wait?',
  choice: service,
  charts: [
    {
      ...{
        id: 'p99',
        title: 'Slowest in a hundred',
        about: 'p99: who waits longest, without the odd one.',
        unit: 'Milliseconds',
      },
      queries: ofService([['Duration', 'p99', 'p99']]),
    },
    {
      ...{
        id: 'spread',
        title: 'Spread',
        about: 'Half, nine tenths and ninety-nine hundredths are faster.',
        unit: 'Milliseconds',
      },
      queries: ofService([
        ['Duration', 'p50', 'p50'],
        ['Duration', 'p90', 'p90'],
        ['Duration', 'p99', 'p99'],
      ]),
    },
    {
      ...{ id: 'routes', title: 'p90 by route', about: 'Which route it is.', unit: 'Milliseconds' },
      queries: [each(`${REQUESTS},service,route`, 'Duration', 'p90', 'service')],
    },
    {
      ...{ id: 'services', title: 'p90 of every service', about: 'Whether it is only this one.', unit: 'Milliseconds' },
      queries: [everyService('Duration', 'p90')],
    },
  ],
};

const errors: ReadyDashboard = {
  name: 'errors',
  title: 'What fails?',
  choice: service,
  charts: [
    {
      ...{ id: 'rate', title: 'Error rate', about: 'Failed requests of a hundred.', unit: 'Percent' },
      queries: [
        ...ofService(
          [
            ['Errors', 'Sum'],
            ['Requests', 'Sum'],
          ],
          false,
        ),
        math('100 * m1 / m2', 'errors'),
      ],
    },
    {
      ...{ id: 'errors', title: 'Errors', about: 'How many that are.', unit: 'Count' },
      queries: ofService([['Errors', 'Sum', 'errors']]),
    },
    {
      ...{ id: 'routes', title: 'Errors by route', about: 'Where they happen.', unit: 'Count' },
      queries: [each(`${REQUESTS},service,route`, 'Errors', 'Sum', 'service')],
    },
    {
      ...{ id: 'services', title: 'Errors of every service', about: 'Whether it is only this one.', unit: 'Count' },
      queries: [everyService('Errors', 'Sum')],
    },
  ],
};

const database: ReadyDashboard = {
  name: 'database',
  title: 'How does the database do?',
  choice: { label: 'Database', namespace: POSTGRES, metric: 'ConnectionsUsed', dimension: 'source' },
  charts: [
    {
      ...{ id: 'connections', title: 'Connections', about: 'At the maximum nobody gets in.', unit: 'Count' },
      queries: ofSource([
        ['Connections', 'Maximum', 'open'],
        ['ConnectionsMax', 'Maximum', 'allowed'],
      ]),
    },
    {
      ...{ id: 'cache', title: 'Cache hits', about: 'Pages found in memory, of a hundred.', unit: 'Percent' },
      queries: ofSource([['CacheHit', 'Average', 'hits']]),
    },
    {
      ...{ id: 'locks', title: 'Waiting for locks', about: 'Sessions that another one holds up.', unit: 'Count' },
      queries: ofSource([['SessionsWaitingForLocks', 'Maximum', 'sessions']]),
    },
    {
      ...{ id: 'long', title: 'Longest open', about: 'Long transactions keep dead rows alive.', unit: 'Seconds' },
      queries: ofSource([
        ['LongestTransaction', 'Maximum', 'transaction'],
        ['LongestQuery', 'Maximum', 'query'],
        ['LongestIdleInTransaction', 'Maximum', 'idle in transaction'],
      ]),
    },
    {
      ...{ id: 'lag', title: 'Replication lag', about: 'How far standbys are behind.', unit: 'Seconds' },
      queries: ofSource([['ReplicationLag', 'Maximum', 'lag']]),
    },
    {
      ...{ id: 'wal', title: 'Written to WAL', about: 'What backups and standbys must carry.', unit: 'Bytes/Second' },
      queries: ofSource([['WalBytes', 'Average', 'WAL']]),
    },
    {
      ...{ id: 'size', title: 'Size', about: 'Of all databases of the server.', unit: 'Bytes' },
      queries: ofSource([['DatabaseSize', 'Maximum', 'size']]),
    },
    {
      ...{ id: 'dead', title: 'Dead rows', about: 'Of the worst table, of a hundred.', unit: 'Percent' },
      queries: ofSource([['DeadRows', 'Maximum', 'dead']]),
    },
  ],
};

const host: ReadyDashboard = {
  name: 'host',
  title: 'Is the machine well?',
  choice: { label: 'Host', namespace: HOST, metric: 'CpuUsed', dimension: 'host' },
  charts: [
    {
      ...{ id: 'cpu', title: 'Processors', about: 'Time at work, of a hundred.', unit: 'Percent' },
      queries: ofHost([
        ['CpuUsed', 'Average', 'average'],
        ['CpuUsed', 'Maximum', 'highest'],
      ]),
    },
    {
      ...{ id: 'load', title: 'Load', about: 'Who runs or waits to run, for each core.', unit: 'None' },
      queries: ofHost([['Load5PerCore', 'Average', 'over 5 min']]),
    },
    {
      ...{ id: 'memory', title: 'Memory', about: 'Of a hundred.', unit: 'Percent' },
      queries: ofHost([
        ['MemoryUsed', 'Average', 'memory'],
        ['SwapUsed', 'Average', 'swap'],
      ]),
    },
    {
      ...{ id: 'disks', title: 'Disks', about: 'How full each one is.', unit: 'Percent' },
      queries: [each(`${HOST},host,disk`, 'DiskUsed', 'Maximum', 'host')],
    },
    {
      ...{ id: 'written', title: 'Disk traffic', about: 'By device.', unit: 'Bytes/Second' },
      queries: [each(`${HOST},host,device`, 'DiskWritten', 'Average', 'host')],
    },
    {
      ...{ id: 'network', title: 'Network', about: 'Received, by interface.', unit: 'Bytes/Second' },
      queries: [each(`${HOST},host,interface`, 'NetworkReceived', 'Average', 'host')],
    },
  ],
};

export const READY_DASHBOARDS: readonly ReadyDashboard[] = [traffic, latency, errors, database, host];
