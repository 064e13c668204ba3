import type { KeyCreate, PersonCreate, QueryStart } from '../src/api/types.ts';
import { alarmRoutes } from './fake-alarms.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import { backupRoutes } from './fake-backup-routes.ts';
import { issueRoutes } from './fake-issues.ts';
import { fakeFacets, fakeHistogram, fakeMistakes, fakeResult, isStatistics } from './fake-logs.ts';
import { metricRoutes } from './fake-metrics.ts';
import { notifyRoutes } from './fake-notify.ts';
import { projectRoutes } from './fake-projects.ts';
import { monitorRoutes, releaseRoutes } from './fake-releases.ts';
import { FAKE_RULES, type FakeState, fakeRedactionCounts, fakeSystem } from './fake-state.ts';
import { fakeFreshTrust, fakeProofs, fakeRun, fakeTrust } from './fake-trust.ts';
import { vaultRoutes } from './fake-vault.ts';
import { FAKE_WORDS } from './fake-words.ts';
import { workbookRoutes } from './fake-workbook-routes.ts';

const session = (state: FakeState) => ({
  person: { id: 'per_1', email: 'mira@example.com', name: 'Mira Holm', roles: state.roles },
  csrfToken: 'csrf',
  expiresMs: state.nowMs + 8 * 3_600_000,
  mustChangePassword: state.mustChangePassword,
});

const ATTEMPTS_MAX = 3;

function signIn(state: FakeState, body: Record<string, unknown>): FakeAnswer {
  if (state.failedSignIns >= ATTEMPTS_MAX)
    return refuse(429, {
      code: 'access.too-many-attempts',
      message: 'too many sign-in attempts',
      hint: 'wait and try again',
      retryAfterSeconds: 42,
    });
  if (body.password !== state.password) {
    state.failedSignIns += 1;
    return refuse(401, {
      code: 'access.sign-in-refused',
      message: 'e-mail address or password is wrong',
      hint: 'check both',
    });
  }
  state.signedIn = true;
  state.failedSignIns = 0;
  return ok(session(state));
}

function sessionRoutes(state: FakeState, { method, path, body }: FakeCall): FakeAnswer | undefined {
  if (path === '/session' && method === 'POST') return signIn(state, body);
  if (path === '/session' && method === 'GET')
    return state.signedIn
      ? ok(session(state))
      : refuse(401, { code: 'access.not-signed-in', message: 'nobody is signed in', hint: 'sign in' });
  if (path === '/session' && method === 'DELETE') {
    state.signedIn = false;
    return NOTHING;
  }
  if (path !== '/session/password') return undefined;
  if (body.current !== state.password)
    return refuse(403, {
      code: 'access.password-wrong',
      message: 'the present password is wrong',
      hint: 'type it again',
    });
  state.password = String(body.next);
  state.mustChangePassword = false;
  return NOTHING;
}

function trustRoutes(state: FakeState, { path, query }: FakeCall): FakeAnswer | undefined {
  const now = Date.now();
  if (path === '/trust') return ok(state.mode === 'empty' ? fakeFreshTrust(now) : fakeTrust(now));
  if (path === '/trust/proofs')
    return ok({ proofs: state.mode === 'empty' ? [] : fakeProofs(query.get('promise') ?? '', now) });
  const probe = /^\/trust\/probes\/([^/]+)\/run$/.exec(path);
  if (probe === null) return undefined;
  const proof = fakeRun(probe[1] ?? '', now);
  return proof === undefined
    ? refuse(404, { code: 'evidence.probe-not-found', message: `no probe ${probe[1]}`, hint: 'see the list of probes' })
    : ok(proof);
}

const queries = new Map<string, { readonly start: QueryStart; readonly sinceMs: number; cancelled: boolean }>();
const SLOW_MS = 8000;

function queryRoutes(state: FakeState, { method, path, body }: FakeCall): FakeAnswer | undefined {
  if (path === '/logs/queries' && method === 'POST') {
    const start = body as unknown as QueryStart;
    const mistake = fakeMistakes(start.query)[0];
    if (mistake !== undefined)
      return refuse(400, { code: 'logs.query-invalid', message: mistake.message, hint: mistake.hint });
    const queryId = `qry_${queries.size + 1}`;
    queries.set(queryId, { start, sinceMs: Date.now(), cancelled: false });
    return ok({ queryId });
  }
  if (path === '/logs/queries/check')
    return ok({ mistakes: fakeMistakes(String(body.query)), isStatistics: isStatistics(String(body.query)) });
  const queryId = /^\/logs\/queries\/(qry_\d+)$/.exec(path)?.[1];
  const query = queries.get(queryId ?? '');
  if (queryId === undefined || query === undefined) return undefined;
  if (method === 'DELETE') query.cancelled = true;
  const elapsedMs = Date.now() - query.sinceMs;
  const statistics = {
    recordsMatched: 0,
    recordsScanned: elapsedMs * 400,
    bytesScanned: elapsedMs * 110_000,
    elapsedMs,
  };
  if (query.cancelled) return ok({ queryId, status: 'Cancelled', fields: [], rows: [], statistics });
  if (query.start.query.includes('# slow') && elapsedMs < SLOW_MS)
    return ok({ queryId, status: 'Running', fields: [], rows: [], statistics });
  return ok(fakeResult(queryId, state.records, query.start));
}

function logRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const { method, path, query, body } = call;
  const start = body as unknown as QueryStart;
  if (path === '/logs/groups') return groupRoutes(state, call);
  if (path === '/logs/words') return ok(FAKE_WORDS);
  if (path === '/logs/histogram') return ok(fakeHistogram(state.records, start, Number(body.buckets ?? 60)));
  if (path === '/logs/facets') return ok(fakeFacets(state.records, start));
  if (path === '/logs/record') {
    const record = state.records.find(({ ptr }) => ptr === query.get('ptr'));
    return record === undefined
      ? refuse(404, { code: 'logs.record-not-found', message: 'no such record', hint: 'it may be past its retention' })
      : ok({ ...record, json: undefined });
  }
  return method === 'GET' || method === 'POST' || method === 'DELETE' ? queryRoutes(state, call) : undefined;
}

function groupRoutes(state: FakeState, { method, query, body }: FakeCall): FakeAnswer {
  const retentionChoices = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 0,
  ];
  if (method === 'GET') return ok({ groups: state.groups, retentionChoices });
  const name = String(body.name ?? query.get('name'));
  if (method === 'POST') {
    const group = {
      ...(body as unknown as (typeof state.groups)[number]),
      createdMs: Date.now(),
      storedBytes: 0,
      deletionProtected: false,
      tags: {},
    };
    state.groups = [...state.groups, group];
    return ok(group);
  }
  const applied = query.get('dryRun') === 'false';
  const shorter =
    method === 'DELETE' ||
    Number(body.retentionDays) < (state.groups.find((one) => one.name === name)?.retentionDays ?? 0);
  const rows = shorter ? 1_204_881 : 0;
  if (applied && method === 'DELETE') state.groups = state.groups.filter((one) => one.name !== name);
  if (applied && method === 'PATCH')
    state.groups = state.groups.map((one) =>
      one.name === name ? { ...one, retentionDays: Number(body.retentionDays) } : one,
    );
  const explanation =
    method === 'DELETE'
      ? `The group ${name}, its streams and ${rows} records are removed for good; there is no undo.`
      : `Records of ${name} are kept for ${String(body.retentionDays)} days; ${rows === 0 ? 'no stored record is older' : `${rows} stored records are older and are removed for good`}.`;
  return ok({
    applied,
    logGroup: name,
    rows,
    ...(rows === 0 ? {} : { oldestMs: state.nowMs - 28 * 86_400_000, newestMs: state.nowMs - 7 * 86_400_000 }),
    explanation,
  });
}

let made = 0;

function accessRoutes(state: FakeState, { method, path, body }: FakeCall): FakeAnswer | undefined {
  const id = path.split('/')[2] ?? '';
  if (path === '/people' && method === 'GET') return ok({ people: state.people });
  if (path === '/people') {
    made += 1;
    const { email, name, roles } = body as unknown as PersonCreate;
    if (state.people.some((one) => one.email === email))
      return refuse(409, {
        code: 'access.person-exists',
        message: `${email} is a person already`,
        hint: 'change the person instead',
      });
    const person = { id: `per_new${made}`, email, name, roles, createdMs: Date.now(), disabled: false };
    state.people.push(person);
    return ok({ person, password: 'velvet-anchor-oyster-41' });
  }
  if (path.endsWith('/password')) return ok({ password: 'copper-lagoon-heron-77' });
  if (path.startsWith('/people/')) {
    state.people = state.people.map((one) => (one.id === id ? { ...one, ...body } : one));
    return ok(state.people.find((one) => one.id === id));
  }
  if (path === '/keys' && method === 'GET') return ok({ keys: state.keys });
  if (path === '/keys') {
    made += 1;
    const key = {
      ...(body as unknown as KeyCreate),
      id: `n3w${made}`,
      createdMs: Date.now(),
      createdBy: 'mira@example.com',
    };
    state.keys.push(key);
    const secretAccessKey = 'Zk4wq0JxT1pV8sLmN2bR7cYd';
    return ok({ key, token: `hf_${key.id}_${secretAccessKey}`, accessKeyId: key.id, secretAccessKey });
  }
  if (path.startsWith('/keys/')) {
    state.keys = state.keys.map((one) => (one.id === id ? { ...one, revokedMs: Date.now() } : one));
    return NOTHING;
  }
  if (path === '/grants' && method === 'GET') return ok({ grants: state.grants });
  if (path === '/grants') {
    made += 1;
    const grant = {
      ...(body as unknown as (typeof state.grants)[number]),
      id: `gr_new${made}`,
      createdMs: Date.now(),
      createdBy: 'mira@example.com',
    };
    state.grants.push(grant);
    return ok(grant);
  }
  if (!path.startsWith('/grants/')) return undefined;
  state.grants = state.grants.filter((one) => one.id !== id);
  return NOTHING;
}

function auditPage(state: FakeState, query: URLSearchParams): FakeAnswer {
  const contains = (value: unknown, wanted: string | null): boolean =>
    wanted === null || JSON.stringify(value).includes(wanted);
  const found = state.audit.filter(
    (record) =>
      contains(record.eventName, query.get('eventName')) &&
      contains(record.userIdentity, query.get('identityName')) &&
      contains(record.resources, query.get('resourceName')) &&
      (query.get('refusedOnly') !== 'true' || record.errorCode !== undefined),
  );
  const from = Number(query.get('pageToken') ?? 0);
  const size = Number(query.get('limit') ?? 50);
  return ok({
    records: found.slice(from, from + size),
    ...(from + size < found.length ? { nextPageToken: String(from + size) } : {}),
  });
}

function restRoutes(state: FakeState, { path, query, body, address }: FakeCall): FakeAnswer | undefined {
  if (path === '/redaction/rules') return ok({ rules: FAKE_RULES });
  if (path === '/redaction/counts') return ok(fakeRedactionCounts(state, Number(query.get('days') ?? 14)));
  if (path === '/redaction/explain') {
    const text = String(body.text);
    const found = /bearer\s+[a-z0-9._-]{8,}/i.exec(text);
    if (found === null) return ok({ redacted: text, masks: [] });
    return ok({
      redacted: text.replace(found[0], '[bearer-token:masked]'),
      masks: [
        { rule: 'bearer-token', description: 'Bearer token in a header', offset: found.index, length: found[0].length },
      ],
    });
  }
  if (path === '/audit') return auditPage(state, query);
  if (path === '/system') return ok(fakeSystem(state, address));
  return undefined;
}

/** Answers one call of the API as the real server would. */
export function fakeAnswer(state: FakeState, call: FakeCall): FakeAnswer {
  const ofSession = sessionRoutes(state, call);
  if (ofSession !== undefined) return ofSession;
  if (!state.signedIn)
    return refuse(401, { code: 'access.session-ended', message: 'the session has ended', hint: 'sign in again' });
  if (state.mode === 'failing')
    return refuse(503, {
      code: 'telemetry.engine-unavailable',
      message: 'the telemetry engine does not answer',
      hint: 'look at the disk and the log of Holdfast; it starts the engine again by itself',
    });
  return (
    trustRoutes(state, call) ??
    (call.path.startsWith('/logs') ? logRoutes(state, call) : undefined) ??
    workbookRoutes(state, call) ??
    vaultRoutes(state, call) ??
    backupRoutes(state, call) ??
    metricRoutes(state, call) ??
    alarmRoutes(state, call) ??
    notifyRoutes(state, call) ??
    issueRoutes(state, call) ??
    projectRoutes(state, call) ??
    releaseRoutes(state, call) ??
    monitorRoutes(state, call) ??
    accessRoutes(state, call) ??
    restRoutes(state, call) ??
    refuse(404, { code: 'api.not-found', message: `nothing at ${call.path}`, hint: 'see /api/v1/openapi.json' })
  );
}
