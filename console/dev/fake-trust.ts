import type { ProbeStatus, PromiseStatus, Proof, Trust } from '../src/api/types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface FakeProbe {
  readonly id: string;
  readonly statement: string;
  readonly cadenceMs: number;
  /** Whether the given run passed; run 0 is the latest. */
  readonly outcome: (run: number, wave: number) => Pick<Proof, 'passed' | 'summary' | 'measurements'>;
  readonly runs: number;
}
interface FakePromise {
  readonly id: string;
  readonly title: string;
  readonly sentence: string;
  readonly probes: readonly FakeProbe[];
  readonly reason?: string;
}

const canary: FakeProbe = {
  id: 'canary-log-found',
  statement: 'A log record sent through the OpenTelemetry edge is found by a search.',
  cadenceMs: MINUTE,
  runs: 120,
  outcome: (run, wave) => ({
    passed: run !== 47,
    summary:
      run === 47
        ? 'Canary record not found within 5 s.'
        : `Canary record found by search ${30 + wave} ms after it was sent, in 1,204,224 rows.`,
    measurements: {
      foundAfterMs: run === 47 ? 5000 : 30 + wave,
      rowsSearched: 1_204_224 - run * 301,
      scannedBytes: 98_221_056,
      found: run !== 47,
    },
  }),
};
const aggregation: FakeProbe = {
  id: 'canary-statistics-exact',
  statement: 'Counts by the query language equal the number of records sent.',
  cadenceMs: 5 * MINUTE,
  runs: 40,
  outcome: (_run, wave) => ({
    passed: true,
    summary: `500 of 500 canary records counted in ${12 + Math.round(wave / 4)} ms.`,
    measurements: { countedAfterMs: 12 + Math.round(wave / 4), sent: 500, counted: 500 },
  }),
};
const retention: FakeProbe = {
  id: 'retention-applied',
  statement: 'No record is older than its log group’s retention allows.',
  cadenceMs: DAY,
  runs: 14,
  outcome: (run) => ({
    passed: run !== 0,
    summary:
      run === 0
        ? '3 partitions of /app/payments are 2 d older than the 30 d that its retention allows.'
        : '0 of 12 log groups hold records past their retention.',
    measurements: {
      groupsChecked: 12,
      overdueGroups: run === 0 ? 1 : 0,
      oldestOverdueMs: run === 0 ? 2 * DAY : 0,
      checkTookMs: 340,
    },
  }),
};
const refusal: FakeProbe = {
  id: 'stranger-refused',
  statement: 'A person without a grant cannot read a log group, and the attempt is in the audit log.',
  cadenceMs: HOUR,
  runs: 30,
  outcome: (_run, wave) => ({
    passed: true,
    summary: 'Read refused with access.forbidden; the attempt was found in the audit log.',
    measurements: { refusedAfterMs: 3 + Math.round(wave / 9), auditedAfterMs: 11 },
  }),
};
const masking: FakeProbe = {
  id: 'planted-secrets-masked',
  statement: 'Planted tokens, cards and passwords are masked before the first byte is stored.',
  cadenceMs: 10 * MINUTE,
  runs: 60,
  outcome: (_run, wave) => ({
    passed: true,
    summary: '214 of 214 planted secrets masked; 0 found in any stored byte.',
    measurements: {
      planted: 214,
      masked: 214,
      storedBytesSearched: 1_880_000_000,
      searchTookMs: 800 + wave * 7,
      falseMasks: 0,
    },
  }),
};
const merkle: FakeProbe = {
  id: 'audit-log-consistent',
  statement: 'The audit log’s newest tree contains every earlier one unchanged.',
  cadenceMs: HOUR,
  runs: 48,
  outcome: (run) => ({
    passed: true,
    summary: `Consistency of ${48_211 - run * 12} records verified against the sealed root.`,
    measurements: { records: 48_211 - run * 12, verifyTookMs: 410 },
  }),
};

const PROMISES: readonly FakePromise[] = [
  {
    id: 'M1',
    title: 'Central logs',
    sentence: 'Logs of all applications are collected in one place, can be searched and analysed.',
    probes: [canary, aggregation],
  },
  {
    id: 'M2',
    title: 'Metrics and alarms',
    sentence:
      'Traffic, response times, error rates and database performance are measured in real time, and thresholds alert automatically.',
    probes: [],
  },
  {
    id: 'M3',
    title: 'Audit of API activity',
    sentence: 'API activity is recorded in a log that nobody can rewrite.',
    probes: [merkle],
  },
  {
    id: 'M4',
    title: 'Intrusion detection',
    sentence: 'Network activity is watched for intrusions, and findings alert.',
    probes: [],
  },
  {
    id: 'M5',
    title: 'Threat detection',
    sentence: 'Malicious behaviour, unauthorized access attempts and compromised resources are detected.',
    probes: [],
  },
  {
    id: 'M6',
    title: 'Error tracking',
    sentence: 'Exceptions of the applications are tracked in real time and alert.',
    probes: [],
  },
  {
    id: 'M7',
    title: 'Anti-malware',
    sentence: 'Anti-malware is deployed, updates itself, and scans periodically.',
    probes: [],
  },
  {
    id: 'M8',
    title: 'Retention and access',
    sentence: 'Logs are kept for as long as their policy says, and only authorized people can read them.',
    probes: [retention, refusal],
  },
  {
    id: 'M9',
    title: 'No secrets in logs',
    sentence: 'Logs never contain access tokens, credentials or restricted data.',
    probes: [masking],
  },
  {
    id: 'M10',
    title: 'Incident response',
    sentence: 'There is an incident response plan, exercised every year, with a review after each incident.',
    probes: [],
  },
  {
    id: 'M11',
    title: 'Immutable snapshots',
    sentence: 'Version snapshots of spreadsheets are immutable, cannot be overwritten, and are kept in several zones.',
    probes: [],
  },
  {
    id: 'M12',
    title: 'Daily database snapshots',
    sentence: 'Every database cluster is backed up every day.',
    probes: [],
  },
  {
    id: 'M13',
    title: 'Restore to any second',
    sentence: 'Any second of the last 24 hours can be restored.',
    probes: [],
  },
  {
    id: 'M14',
    title: 'High availability',
    sentence: 'Databases run in several zones and fail over automatically.',
    probes: [],
  },
  {
    id: 'M15',
    title: 'Remote backups',
    sentence: 'Backups are kept in a secure remote place for 60 days, and restores are tested against a recovery time.',
    probes: [],
  },
  {
    id: 'M16',
    title: 'Disaster recovery',
    sentence: 'The disaster recovery plan is tested by simulated disruptions, and the results are documented.',
    probes: [],
  },
  {
    id: 'M17',
    title: 'Redeployment',
    sentence: 'All application services can be redeployed from infrastructure as code.',
    probes: [],
  },
];

const proofOf = (promise: string, probe: FakeProbe, run: number, nowMs: number): Proof => {
  const wave = Math.round(14 + 10 * Math.sin(run / 5) + ((run * 7919) % 11));
  return {
    id: `prf_${probe.id.replaceAll('-', '').slice(0, 8)}${String(run).padStart(4, '0')}`,
    probe: probe.id,
    promise,
    startedAtMs: nowMs - run * probe.cadenceMs - (probe.cadenceMs % 40_000) - 9000,
    durationMs: 40 + wave * 3,
    ...probe.outcome(run, wave),
  };
};

const statusOf = (promise: string, probe: FakeProbe, nowMs: number): ProbeStatus => {
  const lastProof = proofOf(promise, probe, 0, nowMs);
  return {
    id: probe.id,
    statement: probe.statement,
    cadenceMs: probe.cadenceMs,
    state: lastProof.passed ? 'passed' : 'failed',
    lastProof,
    nextRunMs: lastProof.startedAtMs + probe.cadenceMs,
  };
};

function promiseOf(promise: FakePromise, nowMs: number): PromiseStatus {
  const { id, title, sentence } = promise;
  if (promise.probes.length === 0)
    return {
      id,
      title,
      sentence,
      state: 'unproven',
      reason: 'No measurement covers this promise in this version.',
      probes: [],
    };
  const probes = promise.probes.map((probe) => statusOf(id, probe, nowMs));
  const failed = probes.find(({ state }) => state === 'failed');
  const starts = probes.map(({ lastProof }) => lastProof?.startedAtMs ?? 0);
  if (failed === undefined)
    return {
      id,
      title,
      sentence,
      state: 'proven',
      reason: `${probes.length === 1 ? 'Its measurement' : `All ${probes.length} measurements`} passed and ${probes.length === 1 ? 'is' : 'are'} fresh.`,
      lastProvenMs: Math.min(...starts),
      probes,
    };
  return {
    id,
    title,
    sentence,
    state: 'broken',
    reason: failed.lastProof?.summary ?? '',
    lastProvenMs: nowMs - DAY - 2 * HOUR,
    probes,
  };
}

/** The page in its usual mixture: some proven, one broken, many not measured yet. */
export const fakeTrust = (nowMs: number): Trust => ({
  generatedMs: nowMs,
  promises: PROMISES.map((promise) => promiseOf(promise, nowMs)),
});

/** The page of an installation that has just started. */
export const fakeFreshTrust = (nowMs: number): Trust => ({
  generatedMs: nowMs,
  promises: PROMISES.map(({ id, title, sentence, probes }) => ({
    id,
    title,
    sentence,
    state: 'unproven',
    reason: probes.length === 0 ? 'No measurement covers this promise in this version.' : 'Not measured yet.',
    probes: probes.map((probe) => ({
      id: probe.id,
      statement: probe.statement,
      cadenceMs: probe.cadenceMs,
      state: 'never-run' as const,
      nextRunMs: nowMs + 20_000,
    })),
  })),
});

export function fakeProofs(promise: string, nowMs: number): readonly Proof[] {
  const found = PROMISES.find(({ id }) => id === promise);
  const proofs = (found?.probes ?? []).flatMap((probe) =>
    Array.from({ length: probe.runs }, (_, run) => proofOf(promise, probe, run, nowMs)),
  );
  return proofs.sort((a, b) => b.startedAtMs - a.startedAtMs);
}

export function fakeRun(probeId: string, nowMs: number): Proof | undefined {
  const promise = PROMISES.find(({ probes }) => probes.some(({ id }) => id === probeId));
  const probe = promise?.probes.find(({ id }) => id === probeId);
  return promise === undefined || probe === undefined ? undefined : proofOf(promise.id, probe, 0, nowMs);
}
