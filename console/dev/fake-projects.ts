import type {
  AlertRule,
  GroupingTried,
  Outcomes,
  Project,
  ProjectChange,
  ProjectKey,
  Projects,
} from '../src/api/issue-types.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import type { FakeState } from './fake-state.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface FakeProjects {
  projects: Project[];
  keys: ProjectKey[];
  rules: AlertRule[];
}

const project = (id: string, slug: string, name: string, platform: string, rest: Partial<Project> = {}): Project => ({
  ...{
    id,
    slug,
    name,
    platform,
    createdMs: 1_790_000_000_000,
    isInternal: false,
    acceptedLastDay: 0,
    refusedLastDay: 0,
  },
  settings: {
    ...{
      retentionDays: 90,
      groupingVersion: 'hf-2026-11',
      fingerprintRules: '',
      enhancementRules: '',
      allowedOrigins: ['*'],
    },
    ...{ limitsPerMinute: {}, resolveAfterDays: 0 },
    keeps: { attachments: true, replays: false, profiles: false, minidumps: false },
  },
  ...rest,
});

const keyOf = (projectId: string, address: string, nowMs: number, label = 'Default', index = 0): ProjectKey => {
  const publicKey = `${'a3f9c1e07b5d42688e1f0c9d7b3a5e1'}${(Number(projectId) + index).toString(16)}`;
  return {
    ...{ projectId, publicKey, label, isActive: true, createdMs: nowMs - 90 * DAY, lastUsedMs: nowMs - 40_000 },
    dsn: address.replace('://', `://${publicKey}@`).concat(`/${projectId}`),
    securityUrl: `${address}/api/${projectId}/security/?sentry_key=${publicKey}`,
  };
};

const RULES: readonly AlertRule[] = [
  {
    ...{ id: 'default', projectId: '1', name: 'New, back or escalating', isEnabled: true, filters: {} },
    triggers: [{ type: 'new' }, { type: 'regressed' }, { type: 'escalating' }],
  },
  {
    ...{ id: 'rule_2', projectId: '1', name: 'Checkout breaks for many', isEnabled: true, severity: 'critical' },
    triggers: [
      { type: 'frequency', events: 100, windowMs: HOUR },
      { type: 'users', users: 25, windowMs: HOUR },
    ],
    filters: {
      levels: ['error', 'fatal'],
      environments: ['production'],
      tags: [{ key: 'transaction', operator: '=', value: '/checkout/*' }],
    },
    ...{ updatedMs: 1_795_000_000_000, updatedBy: 'Mira Holm' },
  },
];

const made = new WeakMap<FakeState, FakeProjects>();
function stateOf(state: FakeState, address: string): FakeProjects {
  const found = made.get(state);
  if (found !== undefined) return found;
  const projects =
    state.mode === 'empty'
      ? []
      : [
          project('1', 'shop', 'Shop', 'python-django', {
            acceptedLastDay: 18_204,
            refusedLastDay: 312,
            lastAcceptedMs: state.nowMs - 60_000,
          }),
          project('2', 'web', 'Web', 'javascript-react', {
            acceptedLastDay: 6120,
            lastAcceptedMs: state.nowMs - 200_000,
          }),
          project('3', 'stock', 'Stock service', 'java-spring-boot', {
            acceptedLastDay: 88,
            lastAcceptedMs: state.nowMs - HOUR,
          }),
          project('4', 'app', 'Driver app', 'flutter'),
        ];
  const fresh = {
    projects,
    keys: projects.map(({ id }) => keyOf(id, address, state.nowMs)),
    rules: [...RULES],
  };
  made.set(state, fresh);
  return fresh;
}

function outcomes(query: URLSearchParams): FakeAnswer {
  const [from, to] = [Number(query.get('fromMs')), Number(query.get('toMs'))];
  const stepMs = to - from > 7 * DAY + HOUR ? DAY : HOUR;
  const start = Math.floor(from / stepMs) * stepMs;
  const timesMs = Array.from({ length: Math.ceil((to - start) / stepMs) }, (_, step) => start + step * stepMs);
  const series = (
    [
      ['error', 'event', 'accepted', '', 500],
      ['transaction', 'transaction', 'accepted', '', 260],
      ['session', 'sessions', 'accepted', '', 120],
      ['error', 'event', 'rate-limited', 'quota', 12],
      ['error', 'event', 'client-discard', 'before_send', 30],
      ['error', 'event', 'duplicate', 'event-id', 3],
      ['replay', 'replay_recording', 'filtered', 'not-kept', 22],
      ['error', 'event', 'invalid', 'too-large', 1],
    ] as const
  ).map(([category, itemType, outcome, reason, height], seed) => {
    const quantities = timesMs.map((_, step) =>
      Math.max(0, Math.round(height * (0.7 + 0.5 * Math.sin(seed + step / 4)))),
    );
    return {
      category,
      itemType,
      outcome,
      reason,
      quantities,
      total: quantities.reduce((sum, count) => sum + count, 0),
    };
  });
  return ok({ timesMs, stepMs, series } satisfies Outcomes);
}

const TRIED: GroupingTried = {
  ...{ mistakes: [], events: 200, issues: 31, staying: 27, renewed: 1, splitting: 1, merging: 2, movedEvents: 44 },
  splits: [
    {
      issue: { id: '101', shortId: 'SHOP-V', title: "KeyError: 'charge'" },
      into: [
        {
          issue: { id: '101', shortId: 'SHOP-V', title: '' },
          hash: 'a'.repeat(32),
          title: "KeyError: 'charge'",
          events: 31,
          exampleEventId: '',
        },
        { hash: 'b'.repeat(32), title: "KeyError: 'charge_id'", events: 6, exampleEventId: '' },
      ],
    },
  ],
  merges: [
    {
      into: { hash: 'c'.repeat(32), title: 'ChunkLoadError', events: 38, exampleEventId: '' },
      from: [
        {
          issue: { id: '105', shortId: 'WEB-1R', title: 'ChunkLoadError: Loading chunk 412 failed' },
          events: 38,
          exampleEventId: '',
        },
      ],
    },
  ],
};

function tryGrouping(body: Record<string, unknown>): FakeAnswer {
  const isWrong = String(body.fingerprintRules ?? '').includes('=>');
  if (!isWrong) return ok(TRIED);
  const mistake = {
    rules: 'fingerprint' as const,
    line: 1,
    column: 8,
    message: 'a rule needs ->',
    hint: 'write error.type:X -> name',
  };
  return ok({
    ...TRIED,
    mistakes: [mistake],
    events: 0,
    issues: 0,
    staying: 0,
    renewed: 0,
    splitting: 0,
    merging: 0,
    movedEvents: 0,
    splits: [],
    merges: [],
  });
}

function change(kept: FakeProjects, one: Project, body: ProjectChange): FakeAnswer {
  const { settings = {}, ...rest } = body;
  const after = { ...one, ...rest, settings: { ...one.settings, ...settings } } as Project;
  kept.projects = kept.projects.map((other) => (other.id === one.id ? after : other));
  return ok(after);
}

function rulesRoute(
  kept: FakeProjects,
  one: Project,
  { method, body }: FakeCall,
  rest: string,
): FakeAnswer | undefined {
  if (rest === '/alert-rules' && method === 'GET')
    return ok({ rules: kept.rules.map((rule) => ({ ...rule, projectId: one.id })) });
  if (rest === '/alert-rules/dry-run') {
    const firing = {
      issueId: '101',
      shortId: 'SHOP-V',
      title: "KeyError: 'charge'",
      trigger: 'escalating',
      atMs: Date.now() - HOUR,
      severity: 'high',
    };
    return ok({ fromMs: 0, toMs: 0, firings: [firing], total: 1, issues: 31, isPartial: false, remarks: [] });
  }
  if (rest === '/alert-rules') {
    const rule = { ...body, id: `rule_${kept.rules.length + 1}`, projectId: one.id } as AlertRule;
    kept.rules = [...kept.rules, rule];
    return ok(rule);
  }
  const id = rest.split('/')[2];
  if (method === 'DELETE') {
    kept.rules = kept.rules.filter((rule) => rule.id !== id);
    return NOTHING;
  }
  kept.rules = kept.rules.map((rule) => (rule.id === id ? ({ ...rule, ...body } as AlertRule) : rule));
  return ok(kept.rules.find((rule) => rule.id === id));
}

function keysRoute(
  state: FakeState,
  kept: FakeProjects,
  one: Project,
  { method, body, address }: FakeCall,
  rest: string,
): FakeAnswer {
  if (method === 'GET') return ok({ keys: kept.keys.filter(({ projectId }) => projectId === one.id) });
  if (method === 'POST') {
    const key = keyOf(one.id, address, state.nowMs, String(body.label ?? ''), kept.keys.length);
    kept.keys = [...kept.keys, key];
    return ok(key);
  }
  const publicKey = rest.split('/')[2];
  kept.keys = kept.keys.map((key) => (key.publicKey === publicKey ? { ...key, ...body } : key));
  return ok(kept.keys.find((key) => key.publicKey === publicKey));
}

function create(state: FakeState, kept: FakeProjects, { body, address }: FakeCall): FakeAnswer {
  const name = String(body.name);
  const id = String(kept.projects.length + 1);
  const fresh = project(
    id,
    String(body.slug ?? name.toLowerCase().replace(/[^a-z0-9]+/g, '-')),
    name,
    String(body.platform ?? ''),
  );
  const key = keyOf(id, address, state.nowMs);
  kept.projects = [...kept.projects, fresh];
  kept.keys = [...kept.keys, key];
  return ok({ project: fresh, key });
}

/** Lets the first event of a project arrive, as an SDK would. */
export function letFirstEventArrive(state: FakeState, slug: string): void {
  const kept = made.get(state);
  if (kept === undefined) return;
  kept.projects = kept.projects.map((one) =>
    one.slug === slug ? { ...one, lastAcceptedMs: Date.now(), acceptedLastDay: 1 } : one,
  );
}

export function projectRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const { method, path, query, body } = call;
  if (!path.startsWith('/projects')) return undefined;
  const kept = stateOf(state, call.address);
  if (path === '/projects' && method === 'POST') return create(state, kept, call);
  if (path === '/projects') {
    const all: Projects = {
      projects: kept.projects,
      groupingVersions: ['hf-2026-11'],
      defaultLimitsPerMinute: { error: 30_000, transaction: 60_000, attachment: 600 },
    };
    return ok(all);
  }
  const [, name = '', rest = ''] = /^\/projects\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const one = kept.projects.find(({ id, slug }) => id === name || slug === name);
  if (one === undefined)
    return refuse(404, {
      code: 'projects.not-found',
      message: `no project ${name}`,
      hint: 'look in the list of projects',
    });
  if (rest === '' && method === 'PATCH') return change(kept, one, body as ProjectChange);
  if (rest === '' && method === 'DELETE') {
    kept.projects = kept.projects.filter(({ id }) => id !== one.id);
    return NOTHING;
  }
  if (rest === '') return ok(one);
  if (rest.startsWith('/keys')) return keysRoute(state, kept, one, call, rest);
  if (rest === '/outcomes') return outcomes(query);
  if (rest === '/grouping/try') return tryGrouping(body);
  return rest.startsWith('/alert-rules') ? rulesRoute(kept, one, call, rest) : undefined;
}
