import type { BackupRun, DatabaseInput, RestorePlan } from '../src/api/types.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import {
  FAKE_FINDINGS,
  type FakeDatabase,
  type FakeRun,
  fakeAdded,
  fakeRetention,
  fakeSource,
  GIB,
} from './fake-backup.ts';
import type { FakeState } from './fake-state.ts';

function runNow({ run, lastsMs, bytes }: FakeRun): BackupRun {
  if (run.state !== 'running') return run;
  const elapsed = Date.now() - run.begunMs;
  if (elapsed >= lastsMs) {
    const summary =
      run.type === 'restore'
        ? `${run.source} stands in ${run.result ?? ''} after ${Math.round(lastsMs / 1000)} s.`
        : `The ${run.type} is done.`;
    return { ...run, state: 'done', endedMs: run.begunMs + lastsMs, summary };
  }
  const share = elapsed / lastsMs;
  return {
    ...run,
    progress: {
      phase: share < 0.7 ? 'files' : 'recovery',
      doneBytes: Math.round(bytes * share),
      totalBytes: bytes,
      bytesPerSecond: (bytes / lastsMs) * 1000,
      leftMs: lastsMs - elapsed,
    },
  };
}

function begin(state: FakeState, source: string, type: BackupRun['type'], result?: string): FakeAnswer {
  const run: BackupRun = {
    id: `run_new${state.backupRuns.length}`,
    source,
    type,
    state: 'running',
    begunMs: Date.now(),
    ...(result === undefined ? {} : { result }),
  };
  state.backupRuns = [{ run, lastsMs: state.backupRunLastsMs, bytes: 9.2 * GIB }, ...state.backupRuns];
  return ok(run);
}

/** The same database a moment later: what streams is as near to now as it was. */
function statusNow(state: FakeState, { status }: FakeDatabase) {
  const { stream, source } = status;
  const passed = stream.state === 'streaming' ? Date.now() - state.nowMs : 0;
  const last = status.ranges.at(-1);
  const added = state.backupRuns.filter(({ run }) => run.source === source.name).map(runNow);
  return {
    ...status,
    stream:
      stream.restorableToMs === undefined ? stream : { ...stream, restorableToMs: stream.restorableToMs + passed },
    ranges: last === undefined ? [] : [...status.ranges.slice(0, -1), { ...last, toMs: last.toMs + passed }],
    runs: [...added, ...status.runs],
  };
}

function plan(state: FakeState, database: FakeDatabase, { body }: FakeCall): FakeAnswer {
  const { ranges, source } = statusNow(state, database);
  const timeMs = typeof body.timeMs === 'number' ? body.timeMs : undefined;
  const inside = timeMs === undefined || ranges.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs);
  const known = database.snapshots.find(({ id }) => id === body.snapshot);
  const snapshot = known ?? database.snapshots.find(({ endedMs }) => endedMs <= (timeMs ?? Date.now()));
  if (!inside || snapshot === undefined)
    return refuse(409, {
      code: 'backup-restore.target-outside',
      message: `${source.name} cannot be restored to ${timeMs === undefined ? 'this' : new Date(timeMs).toISOString()}`,
      hint: 'choose a time that is restorable, or one of the kept snapshots',
    });
  const walBytes = known === undefined ? 9.4 * GIB : 0.1 * GIB;
  const found: RestorePlan = {
    source: source.name,
    target: timeMs === undefined ? String(body.snapshot ?? body.name ?? 'latest') : new Date(timeMs).toISOString(),
    timeline: 'latest',
    snapshot,
    walSegments: Math.round(walBytes / (16 * 1024 ** 2)),
    restoreBytes: snapshot.clusterBytes + walBytes,
    walBytes,
    readBytes: snapshot.clusterBytes * 0.44 + walBytes * 0.3,
    estimatedMs: 11 * 60_000,
    notes: ['synchronous_standby_names and archive_command of the source are left out'],
  };
  return ok(found);
}

function add(state: FakeState, body: DatabaseInput): FakeAnswer {
  if (!/^[a-z0-9-]{1,62}$/.test(body.name))
    return refuse(400, {
      code: 'backup.source-invalid',
      message: `name: "${body.name}" is not accepted`,
      hint: 'use 1 to 62 lower-case letters, digits and -',
    });
  const { url: _, ...rest } = body;
  const source = fakeSource(body.name, { ...rest, address: `holdfast@db.example.net:5432/${body.name}` } as never);
  state.databases = [...state.databases, fakeAdded(source)];
  return ok(source);
}

function sourceRoutes(state: FakeState, database: FakeDatabase, rest: string, call: FakeCall): FakeAnswer | undefined {
  const { name } = database.status.source;
  const isPost = call.method === 'POST';
  switch (rest) {
    case '':
      if (call.method !== 'DELETE') return ok(statusNow(state, database));
      state.databases = state.databases.filter((one) => one !== database);
      return NOTHING;
    case '/snapshots':
      return isPost ? begin(state, name, 'snapshot') : ok({ snapshots: database.snapshots });
    case '/points':
      return ok({ points: database.points });
    case '/reports':
      return ok({ reports: database.reports });
    case '/check':
      return ok({ findings: FAKE_FINDINGS });
    case '/retention':
      return ok(fakeRetention(database, state.nowMs));
    case '/proofs':
      return begin(state, name, 'proof');
    case '/restore/plan':
      return plan(state, database, call);
    case '/restore':
      return begin(state, name, 'restore', String(call.body.into));
    default:
      return undefined;
  }
}

function cancel(state: FakeState, id: string): FakeAnswer {
  state.backupRuns = state.backupRuns.map((one) =>
    one.run.id === id ? { ...one, run: { ...one.run, state: 'cancelled', endedMs: Date.now() } } : one,
  );
  return NOTHING;
}

export function backupRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const { method, path, body } = call;
  if (path === '/backup') return ok({ sources: state.databases.map((one) => statusNow(state, one)) });
  if (path === '/backup/sources' && method === 'POST') return add(state, body as unknown as DatabaseInput);
  const runId = /^\/backup\/runs\/([^/]+)$/.exec(path)?.[1];
  if (runId !== undefined && method === 'DELETE') return cancel(state, runId);
  const [, encoded = '', rest = ''] = /^\/backup\/sources\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (encoded === '') return undefined;
  const name = decodeURIComponent(encoded);
  const database = state.databases.find(({ status }) => status.source.name === name);
  if (database !== undefined) return sourceRoutes(state, database, rest, call);
  return refuse(404, {
    code: 'backup.source-unknown',
    message: `there is no database ${name} under backup`,
    hint: 'see holdfast backup list',
  });
}
