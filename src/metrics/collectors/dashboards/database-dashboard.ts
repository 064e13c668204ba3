import { POSTGRES_NAMESPACE as POSTGRES } from '../postgres/collect-postgres.ts';
import { chart, each, metricsOf, type ReadyDashboard } from './ready-dashboard.ts';

const ofSource = metricsOf(POSTGRES, 'source');

export const DATABASE: ReadyDashboard = {
  name: 'database',
  title: 'How does the database do?',
  choice: { label: 'Database', namespace: POSTGRES, metric: 'ConnectionsUsed', dimension: 'source' },
  charts: [
    chart(
      'connections',
      'Count',
      ['Connections', 'At the maximum nobody gets in.'],
      ofSource([
        ['Connections', 'Maximum', 'open'],
        ['ConnectionsMax', 'Maximum', 'allowed'],
      ]),
    ),
    chart(
      'transactions',
      'Count/Second',
      ['Transactions', 'What it is asked to do.'],
      ofSource([
        ['Transactions', 'Average', 'all'],
        ['Rollbacks', 'Average', 'rolled back'],
      ]),
    ),
    chart(
      'waits',
      'Count',
      ['What sessions do', 'Running, or waiting for what.'],
      [each(`${POSTGRES},source,wait`, 'ActiveSessions', 'Average', 'source')],
    ),
    chart(
      'statements',
      'Milliseconds',
      ['Costly statements', 'Time of each in a minute; their texts stand beside it.'],
      [each(`${POSTGRES},database,source,statement`, 'StatementTime', 'Sum', 'source')],
    ),
    chart(
      'locks',
      'Count',
      ['Waiting for locks', 'Sessions that another one holds up.'],
      ofSource([['SessionsWaitingForLocks', 'Maximum', 'sessions']]),
    ),
    chart(
      'long',
      'Seconds',
      ['Longest open', 'Long transactions keep dead rows alive.'],
      ofSource([
        ['LongestTransaction', 'Maximum', 'transaction'],
        ['LongestQuery', 'Maximum', 'query'],
        ['LongestIdleInTransaction', 'Maximum', 'idle in transaction'],
      ]),
      900,
    ),
    chart(
      'cache',
      'Percent',
      ['Cache hits', 'Pages found in memory, of a hundred.'],
      ofSource([['CacheHit', 'Average', 'hits']]),
      90,
    ),
    chart(
      'lag',
      'Seconds',
      ['Replication lag', 'How far standbys are behind.'],
      ofSource([['ReplicationLag', 'Maximum', 'lag']]),
      60,
    ),
    chart(
      'wal',
      'Bytes/Second',
      ['Written to WAL', 'What backups and standbys must carry.'],
      ofSource([['WalBytes', 'Average', 'WAL']]),
    ),
    chart(
      'checkpoints',
      'Count',
      ['Checkpoints', 'Requested ones mean that max_wal_size is too small.'],
      ofSource([
        ['CheckpointsTimed', 'Sum', 'timed'],
        ['CheckpointsRequested', 'Sum', 'requested'],
      ]),
    ),
    chart(
      'size',
      'Bytes',
      ['Size', 'Of all databases of the server.'],
      ofSource([['DatabaseSize', 'Maximum', 'size']]),
    ),
    chart(
      'dead',
      'Percent',
      ['Dead rows', 'Of the worst table, of a hundred.'],
      ofSource([['DeadRows', 'Maximum', 'dead']]),
    ),
  ],
};
