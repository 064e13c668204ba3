import type {
  BackupRun,
  DatabaseSource,
  DatabaseStatus,
  DatabaseStream,
  Finding,
  NamedPoints,
  RestoreReport,
  RetentionPlan,
  Snapshot,
} from '../src/api/types.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;

export interface FakeDatabase {
  readonly status: DatabaseStatus;
  readonly snapshots: readonly Snapshot[];
  readonly points: NamedPoints['points'];
  readonly reports: readonly RestoreReport[];
}

/** A run that goes on while it is looked at: how far it is follows from the clock. */
export interface FakeRun {
  readonly run: BackupRun;
  readonly lastsMs: number;
  readonly bytes: number;
}

export const fakeSource = (name: string, rest: Partial<DatabaseSource> = {}): DatabaseSource => ({
  name,
  address: `holdfast@${name}-1.db.example.net,${name}-2.db.example.net:5432/${name}`,
  isOwn: false,
  systemId: '7434912204410387211',
  slotName: `holdfast_${name}`,
  heartbeat: true,
  snapshotCron: '15 2 * * *',
  timeZone: 'Europe/Berlin',
  windowMs: DAY,
  dailyKeptMs: 60 * DAY,
  recoveryTimeObjectiveMs: 30 * MINUTE,
  recoveryPointObjectiveMs: 5 * SECOND,
  slotLagAlarmBytes: 2 * GIB,
  slotLagMaxBytes: 20 * GIB,
  throttleBytesPerSecond: 0,
  ...rest,
});

export const fakeSnapshot = (source: string, begunMs: number, clusterBytes: number, newBytes: number): Snapshot => ({
  id: `${source}-${new Date(begunMs).toISOString().slice(0, 19).replaceAll(':', '')}`,
  source,
  serverVersion: 160_004,
  timeline: 3,
  startLsn: '2A/9C000028',
  stopLsn: '2A/9C1F3A10',
  begunMs,
  endedMs: begunMs + (clusterBytes / (240 * MIB)) * SECOND,
  fromStandby: Math.floor(begunMs / DAY) % 2 === 0,
  clusterBytes,
  newBytes,
  files: 4212,
  retainUntilMs: begunMs + 60 * DAY,
});

/** One each day back from now; the oldest is the only one that was wholly new. */
function dailies(source: string, nowMs: number, days: number, clusterBytes: number): Snapshot[] {
  return Array.from({ length: days }, (_, back) => back)
    .filter((back) => back !== 17)
    .map((back) => {
      const bytes = Math.round(clusterBytes * (1 - back * 0.004));
      return fakeSnapshot(source, nowMs - back * DAY - 5 * HOUR, bytes, back === days - 1 ? bytes : bytes * 0.021);
    });
}

function report(nowMs: number, index: number): RestoreReport {
  const choice =
    (['newest', 'newest', 'random-second', 'newest', 'newest', 'random-day'] as const)[index % 6] ?? 'newest';
  const begunMs = nowMs - index * DAY - 3 * HOUR;
  const recoveryTimeMs = (11 + 3 * Math.sin(index * 1.7) + (index === 9 ? 24 : 0)) * MINUTE;
  const recoveryPointMs = choice === 'random-day' ? 0 : 400 + ((index * 271) % 700);
  const unreadable = index === 4;
  const passed = !unreadable && index !== 9;
  return {
    id: `01JD${String(index).padStart(4, '0')}`,
    source: 'orders',
    choice,
    targetMs: choice === 'newest' ? begunMs - 2000 : begunMs - (index % 5) * 3 * HOUR - 1_234_000,
    snapshotId: 'orders-2026-11-21T021500',
    begunMs,
    endedMs: begunMs + recoveryTimeMs + 2 * MINUTE,
    passed,
    summary: unreadable
      ? 'orders could not be restored to 2026-11-18 14:12:09 UTC: the disk of the drills is full (backup.drill-space).'
      : index === 9
        ? 'orders was restored in 35 min; recovery time: 35 min of the 30 min that are promised.'
        : `orders was restored in ${Math.round(recoveryTimeMs / MINUTE)} min, the newest change ${recoveryPointMs} ms before it; all 5 checks passed.`,
    recoveryTimeMs: unreadable ? 42_000 : recoveryTimeMs,
    recoveryPointMs: unreadable ? 0 : recoveryPointMs,
    recoveryTimeObjectiveMs: 30 * MINUTE,
    recoveryPointObjectiveMs: 5 * SECOND,
    phases: unreadable
      ? []
      : [
          { name: 'files', ms: recoveryTimeMs * 0.62, bytes: 212 * GIB },
          { name: 'wal', ms: recoveryTimeMs * 0.09, bytes: 9.4 * GIB },
          { name: 'recovery', ms: recoveryTimeMs * 0.29, bytes: 9.4 * GIB },
          { name: 'checks', ms: 108_000 },
        ],
    checks: unreadable
      ? [{ name: 'the restore', passed: false, detail: 'the disk of the drills is full (backup.drill-space)' }]
      : [
          { name: 'heartbeat', passed: true, detail: `the newest row is ${recoveryPointMs} ms before the target` },
          { name: 'page checksums', passed: true, detail: 'all 27,787,264 pages are sound' },
          { name: 'every database opens', passed: true, detail: 'orders, postgres' },
          { name: 'SELECT count(*) > 0 FROM orders', passed: true, detail: 't' },
          {
            name: 'recovery time',
            passed: index !== 9,
            detail: `${Math.round(recoveryTimeMs / MINUTE)} min of the 30 min that are promised`,
          },
        ],
    restoredBytes: unreadable ? 0 : 212 * GIB,
    walBytes: unreadable ? 0 : 9.4 * GIB,
  };
}

const streaming = (nowMs: number, behindMs: number): DatabaseStream => ({
  state: 'streaming',
  timeline: 3,
  receivedLsn: '2B/4F0012A8',
  durableLsn: '2B/4F001118',
  serverLsn: '2B/4F0012A8',
  slotLagBytes: 3 * MIB,
  restorableToMs: nowMs - behindMs,
  lagMs: { last: behindMs * 0.6, p50: 310, p99: 1140 },
  gaps: [],
  connectedSinceMs: nowMs - 6 * DAY,
});

function statusOf(
  source: DatabaseSource,
  stream: DatabaseStream,
  found: { readonly snapshots: readonly Snapshot[]; readonly reports: readonly RestoreReport[] },
  rest: Partial<DatabaseStatus>,
): DatabaseStatus {
  const [newest] = found.snapshots;
  const [lastProof] = found.reports;
  return {
    source,
    stream,
    ...(newest === undefined ? {} : { newestSnapshot: newest }),
    snapshots: found.snapshots.length,
    clusterBytes: found.snapshots.reduce((sum, { clusterBytes }) => sum + clusterBytes, 0),
    storedBytes: found.snapshots.reduce((sum, { newBytes }) => sum + newBytes * 0.41, 0),
    ranges: [],
    ...(lastProof === undefined ? {} : { lastProof }),
    runs: [],
    problems: [],
    ...rest,
  };
}

function orders(nowMs: number): FakeDatabase {
  const snapshots = dailies('orders', nowMs, 60, 212 * GIB);
  const reports = Array.from({ length: 28 }, (_, index) => report(nowMs, index));
  const gapFrom = nowMs - 15.2 * HOUR;
  const windowFrom = snapshots[1]?.endedMs ?? nowMs - DAY;
  const first = snapshots[0]?.endedMs ?? nowMs;
  const stream = {
    ...streaming(nowMs, 840),
    gaps: [{ timeline: 2, fromLsn: '2A/71000000', toLsn: '2A/74000000', atMs: gapFrom }],
  };
  const status = statusOf(
    fakeSource('orders'),
    stream,
    { snapshots, reports },
    {
      ranges: [
        { fromMs: windowFrom, toMs: gapFrom, timeline: 2 },
        { fromMs: gapFrom + 38 * MINUTE, toMs: nowMs - 840, timeline: 3 },
      ],
      nextSnapshotMs: first + 19 * HOUR,
      nextProofMs: nowMs + 21 * HOUR,
      runs: [
        {
          id: 'run_1',
          source: 'orders',
          type: 'snapshot',
          state: 'done',
          begunMs: snapshots[0]?.begunMs ?? 0,
          endedMs: first,
          summary: 'The snapshot stands: 212 GiB, of which 4.4 GiB are new.',
        },
      ],
    },
  );
  const points = [
    { name: 'before-release-41', timeMs: nowMs - 7.4 * HOUR, timeline: 3, lsn: '2B/11000120' },
    { name: 'month-end', timeMs: nowMs - 19 * HOUR, timeline: 2, lsn: '2A/60000188' },
  ];
  return { status, snapshots, points, reports };
}

function ledger(nowMs: number): FakeDatabase {
  const snapshots = dailies('ledger', nowMs, 31, 18 * GIB);
  const toMs = nowMs - 26 * MINUTE;
  const reason = 'the source does not answer: connect ECONNREFUSED 10.0.8.14:5432';
  const status = statusOf(
    fakeSource('ledger', { address: 'holdfast@10.0.8.14:5432/ledger' }),
    { state: 'disconnected', reason, timeline: 1, durableLsn: '4/AC0011B0', restorableToMs: toMs, gaps: [] },
    { snapshots, reports: [] },
    {
      ranges: [{ fromMs: nowMs - DAY, toMs, timeline: 1 }],
      nextSnapshotMs: nowMs + 16 * HOUR,
      problems: [
        {
          id: 'stream',
          level: 'error',
          title: 'Stream',
          detail: `is disconnected: ${reason}`,
          remedy: '`holdfast backup check ledger` says more',
        },
      ],
    },
  );
  return { status, snapshots, points: [], reports: [] };
}

function fresh(nowMs: number): FakeDatabase {
  const source = fakeSource('analytics', {
    address: 'holdfast@warehouse.example.net:5433/analytics',
    windowMs: 48 * HOUR,
  });
  const stream: DatabaseStream = { ...streaming(nowMs, 1_900), state: 'catching-up', slotLagBytes: 812 * MIB };
  const { restorableToMs: _, ...begun } = stream;
  return {
    status: statusOf(source, begun, { snapshots: [], reports: [] }, {}),
    snapshots: [],
    points: [],
    reports: [],
  };
}

function own(nowMs: number): FakeDatabase {
  const snapshots = dailies('holdfast', nowMs, 12, 96 * MIB);
  const status = statusOf(
    fakeSource('holdfast', { address: 'holdfast@127.0.0.1:5821/holdfast', isOwn: true }),
    streaming(nowMs, 610),
    { snapshots, reports: [] },
    {
      ranges: [{ fromMs: nowMs - DAY, toMs: nowMs - 610, timeline: 1 }],
      nextSnapshotMs: nowMs + 11 * HOUR,
      nextProofMs: nowMs + 40 * MINUTE,
    },
  );
  return { status, snapshots, points: [], reports: [] };
}

export const fakeDatabases = (nowMs: number): readonly FakeDatabase[] => [
  own(nowMs),
  orders(nowMs),
  ledger(nowMs),
  fresh(nowMs),
];

/** What was just put under backup: nothing is known of it yet. */
export const fakeAdded = (source: DatabaseSource): FakeDatabase => ({
  status: statusOf(source, { state: 'starting', gaps: [] }, { snapshots: [], reports: [] }, {}),
  snapshots: [],
  points: [],
  reports: [],
});

export const FAKE_FINDINGS: readonly Finding[] = [
  { id: 'connection', level: 'ok', title: 'Connection', detail: 'PostgreSQL 16.4' },
  { id: 'role', level: 'ok', title: 'Role', detail: 'may replicate' },
  {
    id: 'slot-keep',
    level: 'warning',
    title: 'WAL that a slot may hold back',
    detail: 'max_slot_wal_keep_size is -1: while Holdfast is away, WAL grows until the disk of the source is full',
    remedy: "ALTER SYSTEM SET max_slot_wal_keep_size = '24GB'; SELECT pg_reload_conf();",
  },
  {
    id: 'remote',
    level: 'error',
    title: 'Remote zone',
    detail: 'no zone is outside this machine: a fire takes the database and its backup together',
    remedy: 'add a zone of type s3 in another place, see docs/vault-s3.md',
  },
];

export function fakeRetention({ snapshots, status }: FakeDatabase, nowMs: number): RetentionPlan {
  const [first, ...rest] = snapshots;
  return {
    keeps: [
      ...(first === undefined
        ? []
        : [{ what: `snapshot ${first.id}`, untilMs: nowMs + DAY, reason: 'the window to the second begins with it' }]),
      ...rest.map(({ id, retainUntilMs }) => ({
        what: `snapshot ${id}`,
        untilMs: retainUntilMs,
        reason: 'the daily restore point of its day',
      })),
      ...(status.snapshots === 0
        ? []
        : [
            {
              what: '1,204 segments of WAL',
              untilMs: nowMs + 25 * HOUR,
              reason: 'every second of the window needs them',
            },
          ]),
    ],
    removals:
      status.snapshots < 40
        ? []
        : [
            {
              what: 'WAL 2 29/1F000000',
              reason: 'no kept snapshot needs it, and its lock has passed',
            },
          ],
  };
}
