import type {
  Grant,
  Key,
  LogGroup,
  Person,
  RedactionCounts,
  RedactionRule,
  Role,
  ScrubReport,
  SystemState,
} from '../src/api/types.ts';
import { type FakeDatabase, type FakeRun, fakeDatabases } from './fake-backup.ts';
import { type FakeRecord, fakeRecords } from './fake-logs.ts';
import { fakeScrub } from './fake-vault.ts';
import { type FakeWorkbook, fakeWorkbooks } from './fake-workbooks.ts';

const DAY = 86_400_000;

/** `full` is a company at work, `empty` a first start, `failing` a server whose engines are down. */
export type FakeMode = 'full' | 'empty' | 'failing';

export interface FakeState {
  mode: FakeMode;
  readonly nowMs: number;
  signedIn: boolean;
  mustChangePassword: boolean;
  roles: readonly Role[];
  password: string;
  failedSignIns: number;
  people: Person[];
  keys: Key[];
  grants: Grant[];
  groups: LogGroup[];
  records: FakeRecord[];
  readonly audit: Record<string, unknown>[];
  workbooks: FakeWorkbook[];
  scrub: ScrubReport | undefined;
  databases: readonly FakeDatabase[];
  backupRuns: readonly FakeRun[];
  /** How long snapshots, restores and drills take. */
  backupRunLastsMs: number;
  reachesEleven: boolean;
  /** How fast bodies are read; for showing the progress of an upload. */
  readBytesPerSecond: number | undefined;
}

const group = (
  name: string,
  retentionDays: number,
  storedBytes: number,
  createdMs: number,
  storageClass: LogGroup['storageClass'] = 'standard',
): LogGroup => ({
  name,
  retentionDays,
  storedBytes,
  createdMs,
  storageClass,
  deletionProtected: name === '/app/payments',
  tags: {},
});

const auditRecord = (nowMs: number, index: number): Record<string, unknown> => {
  const verbs = [
    ['StartQuery', 'logs', true],
    ['PutLogEvents', 'logs', false],
    ['CreateKey', 'access', false],
    ['GetTrust', 'trust', true],
    ['SignIn', 'access', false],
    ['PutRetentionPolicy', 'logs', false],
  ] as const;
  const [eventName, source, readOnly] = verbs[(index * 5 + (index % 7)) % verbs.length] ?? verbs[0];
  const refused = index % 9 === 4;
  const name = index % 3 === 0 ? 'mira@example.com' : index % 3 === 1 ? 'collector' : 'tom@example.com';
  return {
    eventVersion: '1.11',
    eventID: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    eventTime: new Date(nowMs - index * 97_000).toISOString(),
    eventSource: `${source}.holdfast`,
    eventName,
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
    readOnly,
    managementEvent: true,
    userIdentity: { type: name === 'collector' ? 'key' : 'person', principalId: `id-${index % 3}`, userName: name },
    sourceIPAddress: `10.0.4.${(index * 13) % 250}`,
    userAgent: 'Mozilla/5.0',
    awsRegion: 'local',
    recipientAccountId: '000000000000',
    requestID: `req-${index}`,
    requestParameters: { logGroupNames: ['/app/payments'] },
    responseElements: null,
    resources: [{ type: 'log-group', name: '/app/payments' }],
    ...(refused
      ? { errorCode: 'access.forbidden', errorMessage: `${name} may not logs:Read on log-group /app/payments` }
      : {}),
  };
};

const PEOPLE: readonly Omit<Person, 'createdMs'>[] = [
  { id: 'per_1', email: 'mira@example.com', name: 'Mira Holm', roles: ['admin'], disabled: false },
  { id: 'per_2', email: 'tom@example.com', name: 'Tom Okafor', roles: ['responder', 'security'], disabled: false },
  { id: 'per_3', email: 'auditor@example.org', name: 'External auditor', roles: ['viewer'], disabled: false },
  { id: 'per_4', email: 'jan@example.com', name: 'Jan Verbeek', roles: ['responder'], disabled: true },
];

function fullState(nowMs: number): Pick<FakeState, 'people' | 'keys' | 'grants' | 'groups' | 'records' | 'audit'> {
  const key = (id: string, name: string, rest: Partial<Key>): Key => ({
    id,
    name,
    roles: ['admin'],
    createdMs: nowMs - 40 * DAY,
    createdBy: 'mira@example.com',
    ...rest,
  });
  return {
    people: PEOPLE.map((person, index) => ({
      ...person,
      createdMs: nowMs - 200 * DAY,
      ...(index === 2 ? {} : { lastSignInMs: nowMs - index * 3 * DAY - 400_000 }),
    })),
    keys: [
      key('k7Qw2', 'collector', { scopes: ['logs:Write'], lastUsedMs: nowMs - 4000 }),
      key('m3Rt9', 'grafana-read', {
        roles: ['viewer'],
        scopes: ['logs:Read', 'logs:Describe'],
        expiresMs: nowMs + 9 * DAY,
        lastUsedMs: nowMs - 2 * DAY,
      }),
      key('p1Zx4', 'old-deploy', { revokedMs: nowMs - 12 * DAY, lastUsedMs: nowMs - 13 * DAY }),
    ],
    grants: [
      {
        id: 'gr_1',
        subjectType: 'role',
        subjectId: 'responder',
        pattern: '/app/*',
        createdMs: nowMs - 90 * DAY,
        createdBy: 'mira@example.com',
      },
      {
        id: 'gr_2',
        subjectType: 'person',
        subjectId: 'per_3',
        pattern: '/edge/nginx',
        createdMs: nowMs - 3 * DAY,
        createdBy: 'mira@example.com',
      },
    ],
    groups: [
      group('/app/checkout', 90, 8_412_000_331, nowMs - 200 * DAY),
      group('/app/payments', 365, 21_904_112_000, nowMs - 200 * DAY),
      group('/app/web', 30, 61_200_440_120, nowMs - 200 * DAY),
      group('/db/postgres', 30, 3_004_551_220, nowMs - 180 * DAY),
      group('/edge/nginx', 14, 104_881_000_400, nowMs - 120 * DAY, 'infrequent'),
      group('/holdfast/probe', 1, 1_200_800, nowMs - 200 * DAY),
    ],
    records: fakeRecords(nowMs),
    audit: Array.from({ length: 240 }, (_, index) => auditRecord(nowMs, index)),
  };
}

export function createFakeState(mode: FakeMode, nowMs: number): FakeState {
  const full = fullState(nowMs);
  const owner = full.people.slice(0, 1);
  const emptied = {
    people: owner,
    keys: [],
    grants: [],
    groups: full.groups.slice(5),
    records: [],
    audit: full.audit.slice(0, 2),
  };
  return {
    mode,
    nowMs,
    signedIn: true,
    mustChangePassword: false,
    roles: ['admin'],
    password: 'correct horse battery',
    failedSignIns: 0,
    workbooks: mode === 'empty' ? [] : fakeWorkbooks(nowMs),
    scrub: mode === 'empty' ? undefined : fakeScrub(nowMs - 5 * 3_600_000, nowMs - 4 * 3_600_000),
    databases: mode === 'empty' ? [] : fakeDatabases(nowMs),
    backupRuns: [],
    backupRunLastsMs: 6_000,
    reachesEleven: false,
    readBytesPerSecond: undefined,
    ...(mode === 'empty' ? emptied : full),
  };
}

export const FAKE_RULES: readonly RedactionRule[] = [
  {
    id: 'aws-access-key',
    description: 'AWS access key id and secret',
    keywords: ['AKIA', 'ASIA'],
    pattern: '(AKIA|ASIA)[0-9A-Z]{16}',
  },
  {
    id: 'bearer-token',
    description: 'Bearer token in a header',
    keywords: ['bearer'],
    pattern: '(?i)bearer\\s+[a-z0-9._~+/-]{16,}=*',
  },
  {
    id: 'card-number',
    description: 'Payment card number with a valid check digit',
    keywords: [],
    pattern: '\\b(?:\\d[ -]?){13,19}\\b',
  },
  {
    id: 'private-key',
    description: 'PEM private key block',
    keywords: ['PRIVATE KEY'],
    pattern: '-----BEGIN [A-Z ]*PRIVATE KEY-----',
  },
  {
    id: 'password-field',
    description: 'Value of a field named like a password',
    keywords: ['passw', 'secret', 'pwd'],
    pattern: '(?i)"(?:password|passwd|secret|pwd)"\\s*:\\s*"[^"]+"',
  },
];

export function fakeRedactionCounts(state: FakeState, days: number): RedactionCounts {
  if (state.mode === 'empty') return { days: [], failedClosed: 0, recordsScanned: 0, bytesScanned: 0 };
  const list = Array.from({ length: days }, (_, back) => {
    const day = new Date(state.nowMs - back * DAY).toISOString().slice(0, 10);
    return FAKE_RULES.slice(0, 4).map((rule, index) => ({
      day,
      rule: rule.id,
      masks: Math.round((40 - index * 9) * (1.3 + Math.sin(back * 1.3 + index))),
    }));
  });
  return { days: list.flat(), failedClosed: 2, recordsScanned: 48_204_991, bytesScanned: 13_400_991_220 };
}

export const fakeSystem = (state: FakeState, address: string): SystemState => ({
  version: '0.1.0',
  startedMs: state.nowMs - 3 * DAY - 4_400_000,
  dataFolder: '/srv/holdfast/data',
  address,
  telemetry: {
    engine: 'chDB',
    version: '26.7.2.1',
    rows: state.mode === 'empty' ? 40 : 712_004_118,
    bytesOnDisk: state.mode === 'empty' ? 90_000 : 48_200_331_000,
    bytesInFlight: 1_204_000,
    freeDiskBytes: 412_000_000_000,
  },
  catalog: { engine: 'PostgreSQL (embedded)', serverVersion: '18.4', bytes: 88_211_000 },
  ingest:
    state.mode === 'empty'
      ? []
      : [
          {
            protocol: 'otlp',
            requests: 88_112,
            records: 41_220_118,
            bytes: 11_200_000_000,
            refusedRequests: 12,
            refusedRecords: 4,
          },
          {
            protocol: 'cloudwatch-logs',
            requests: 20_118,
            records: 6_980_200,
            bytes: 2_200_000_000,
            refusedRequests: 3,
            refusedRecords: 0,
          },
          { protocol: 'ndjson', requests: 118, records: 4673, bytes: 991_220, refusedRequests: 0, refusedRecords: 0 },
        ],
});
