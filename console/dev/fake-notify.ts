import type {
  Alert,
  AlertDetail,
  Attempt,
  Channel,
  ChannelCreate,
  Heartbeat,
  Matcher,
  Route,
  Routing,
  Silence,
  SilenceCreate,
} from '../src/api/types.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import type { FakeState } from './fake-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface FakeNotify {
  alerts: Alert[];
  silences: Silence[];
  channels: Channel[];
  attempts: Attempt[];
  routing: Routing;
  heartbeat: Heartbeat;
}

const alert = (key: string, agoMs: number, nowMs: number, rest: Partial<Alert>): Alert => ({
  key,
  state: 'firing',
  severity: 'high',
  source: 'alarm',
  title: key,
  body: '',
  labels: {},
  firedMs: nowMs - agoMs,
  seenMs: nowMs - 12_000,
  notifiedMs: nowMs - agoMs + 5_000,
  silencedBy: [],
  ...rest,
});

const fullAlerts = (nowMs: number): Alert[] => [
  alert('alarm:checkout-errors', 3 * MINUTE, nowMs, {
    severity: 'critical',
    title: 'More than 2 % of checkouts fail',
    body: '5xx of /checkout were 4.1 % of requests in 3 of the last 5 minutes; the threshold is 2 %.\nLook at the newest release first, then at the payment provider.',
    labels: { service: 'checkout', env: 'production', region: 'eu-central' },
    path: '/trust',
  }),
  alert('backup-stream:orders', 14 * MINUTE, nowMs, {
    source: 'backup',
    title: 'The WAL stream of orders stopped',
    body: 'connection refused by db-orders-1:5432. Restores can go no further than 12:41:07.',
    labels: { source: 'orders', cluster: 'db-orders' },
    acknowledged: { atMs: nowMs - 6 * MINUTE, by: 'jonas@example.com', note: 'db-orders-1 is being replaced' },
  }),
  alert('alarm:web-1-cpu', 47 * MINUTE, nowMs, {
    severity: 'medium',
    title: 'CPU of web-1 is above 90 %',
    labels: { host: 'web-1', env: 'staging' },
    silencedBy: ['01a1f0c2-aaaa-7000-8000-000000000001'],
  }),
  alert('notify:channel:pager', 2 * HOUR, nowMs, {
    source: 'notify',
    title: 'The channel pager does not deliver',
    body: 'Notifications by pager fail: HTTP 403: invalid routing key.',
    labels: { channel: 'pager' },
    path: '/alerts/channels',
  }),
  alert('alarm:disk-log-2', 26 * HOUR, nowMs, {
    severity: 'low',
    title: 'Disk of log-2 is filled to 80 %',
    labels: { host: 'log-2' },
  }),
  alert('drill:restore-orders', 3 * HOUR, nowMs, {
    state: 'resolved',
    severity: 'info',
    source: 'drill',
    title: 'The restore drill of orders took longer than its aim',
    resolvedMs: nowMs - 2 * HOUR,
  }),
  alert('alarm:latency-search', 9 * HOUR, nowMs, {
    state: 'resolved',
    severity: 'high',
    title: 'p99 of /search is above 800 ms',
    labels: { service: 'search' },
    resolvedMs: nowMs - 8 * HOUR,
  }),
];

const route = (name: string, channels: string[], rest: Partial<Route> = {}): Route => ({
  name,
  matchers: [],
  channels,
  groupBy: ['key'],
  groupWaitMs: 5_000,
  groupIntervalMs: MINUTE,
  repeatIntervalMs: 4 * HOUR,
  continues: false,
  escalation: [],
  ...rest,
});

const channel = (name: string, settings: Channel['settings'], health: Partial<Channel['health']>): Channel => ({
  name,
  settings,
  allowPrivate: false,
  createdMs: 1_790_000_000_000,
  createdBy: 'mira@example.com',
  health: { waiting: 0, heldBack: 0, ...health },
});

const MAIL: Channel['settings'] = {
  type: 'email',
  host: 'smtp.example.com',
  port: 587,
  security: 'starttls',
  username: 'holdfast',
  from: 'Holdfast <holdfast@example.com>',
  to: ['ops@example.com'],
};

const fullChannels = (nowMs: number): Channel[] => [
  channel('chat', { type: 'slack', origin: 'https://hooks.slack.com' }, { deliveredMs: nowMs - 3 * MINUTE }),
  channel('mail', MAIL, { deliveredMs: nowMs - 14 * MINUTE, heldBack: 212, waiting: 4 }),
  channel(
    'pager',
    { type: 'pagerduty', baseUrl: 'https://events.pagerduty.com' },
    { deliveredMs: nowMs - 50 * HOUR, failingSinceMs: nowMs - 2 * HOUR, problem: 'HTTP 403: invalid routing key' },
  ),
  { ...channel('tickets', { type: 'webhook', origin: 'https://tickets.corp.example' }, {}), allowPrivate: true },
];

const attempt = (index: number, nowMs: number, rest: Partial<Attempt>): Attempt => ({
  id: `att_${index}`,
  deliveryId: `del_${index}`,
  channel: 'chat',
  kind: 'alerts',
  alertKeys: ['alarm:checkout-errors'],
  atMs: nowMs - index * 4 * MINUTE,
  durationMs: 187,
  outcome: 'delivered',
  detail: 'HTTP 200: ok',
  ...rest,
});

const fullAttempts = (nowMs: number): Attempt[] => [
  attempt(1, nowMs, {}),
  attempt(2, nowMs, { channel: 'mail', durationMs: 912, detail: '250 2.0.0 Ok: queued as 4Xk2Qb1' }),
  attempt(3, nowMs, { channel: 'pager', outcome: 'failed', detail: 'HTTP 403: invalid routing key' }),
  attempt(4, nowMs, {
    channel: 'mail',
    kind: 'digest',
    alertKeys: [],
    detail: '250 2.0.0 Ok: queued as 4Xk2Qb0',
  }),
  attempt(5, nowMs, {
    channel: 'tickets',
    outcome: 'will-retry',
    durationMs: 15_000,
    detail: 'no answer within 15 seconds',
    alertKeys: ['backup-stream:orders', 'alarm:disk-log-2'],
  }),
  attempt(6, nowMs, { kind: 'acknowledged', alertKeys: ['backup-stream:orders'], channel: 'tickets' }),
  attempt(7, nowMs, { kind: 'test', alertKeys: [] }),
];

const fullSilences = (nowMs: number): Silence[] => [
  {
    id: '01a1f0c2-aaaa-7000-8000-000000000001',
    matchers: [{ label: 'host', operator: '=', value: 'web-1' }],
    fromMs: nowMs - HOUR,
    untilMs: nowMs + 3 * HOUR,
    comment: 'load test on staging',
    createdBy: 'jonas@example.com',
    createdMs: nowMs - HOUR,
    state: 'active',
  },
  {
    id: '01a1f0c2-aaaa-7000-8000-000000000002',
    matchers: [
      { label: 'cluster', operator: '=~', value: 'db-.*' },
      { label: 'severity', operator: '!=', value: 'critical' },
    ],
    fromMs: nowMs + 20 * HOUR,
    untilMs: nowMs + 22 * HOUR,
    comment: 'PostgreSQL minor upgrade, change 4411',
    createdBy: 'mira@example.com',
    createdMs: nowMs - 2 * HOUR,
    state: 'pending',
  },
  {
    id: '01a1f0c2-aaaa-7000-8000-000000000003',
    matchers: [{ label: 'service', operator: '=', value: 'search' }],
    fromMs: nowMs - 30 * HOUR,
    untilMs: nowMs - 26 * HOUR,
    comment: 'reindexing',
    createdBy: 'mira@example.com',
    createdMs: nowMs - 30 * HOUR,
    expiredBy: 'jonas@example.com',
    state: 'expired',
  },
];

const made = new WeakMap<FakeState, FakeNotify>();

function notifyOf(state: FakeState): FakeNotify {
  const known = made.get(state);
  if (known !== undefined) return known;
  const { nowMs } = state;
  const isEmpty = state.mode === 'empty';
  const fallback = route('default', isEmpty ? [] : ['mail', 'chat']);
  const routes = [
    route('databases', ['chat', 'pager'], {
      matchers: [{ label: 'cluster', operator: '=~', value: 'db-.*' }],
      groupBy: ['cluster', 'severity'],
      escalation: [
        { afterMs: 10 * MINUTE, channels: ['mail'] },
        { afterMs: 30 * MINUTE, channels: ['tickets'] },
      ],
    }),
    route('all-to-tickets', ['tickets'], {
      matchers: [{ label: 'severity', operator: '!=', value: 'info' }],
      groupBy: ['service'],
      continues: true,
    }),
  ];
  const fresh: FakeNotify = {
    alerts: isEmpty ? [] : fullAlerts(nowMs),
    silences: isEmpty ? [] : fullSilences(nowMs),
    channels: isEmpty ? [] : fullChannels(nowMs),
    attempts: isEmpty ? [] : fullAttempts(nowMs),
    routing: { version: 3, routes: isEmpty ? [] : routes, fallback },
    heartbeat: isEmpty
      ? { isSet: false, allowPrivate: false }
      : { isSet: true, allowPrivate: false, origin: 'https://hc.example.net', deliveredMs: nowMs - 31_000 },
  };
  made.set(state, fresh);
  return fresh;
}

const matches = (matcher: Matcher, one: Alert): boolean => {
  const value = matcher.label === 'key' ? one.key : (one.labels[matcher.label] ?? '');
  const isSame = matcher.operator.endsWith('~')
    ? new RegExp(`^(?:${matcher.value})$`).test(value)
    : value === matcher.value;
  return matcher.operator.startsWith('!') ? !isSame : isSame;
};

function alertRoutes(notify: FakeNotify, { method, path, query, body }: FakeCall): FakeAnswer | undefined {
  if (path === '/alerts') {
    const found = notify.alerts.filter(
      (one) =>
        (query.get('state') ?? one.state) === one.state && (query.get('severity') ?? one.severity) === one.severity,
    );
    return ok({ alerts: found, total: found.length });
  }
  const [, encoded, act] = /^\/alerts\/([^/]+)(\/acknowledge)?$/.exec(path) ?? [];
  if (encoded === undefined) return undefined;
  const key = decodeURIComponent(encoded);
  const one = notify.alerts.find((known) => known.key === key);
  if (one === undefined)
    return refuse(404, {
      code: 'notify.alert-not-found',
      message: `there is no alert ${key}`,
      hint: 'list the alerts; resolved ones are kept for 30 days',
    });
  if (act !== undefined && method === 'POST') {
    const acknowledged = { atMs: Date.now(), by: 'mira@example.com', note: String(body.note ?? '') };
    notify.alerts = notify.alerts.map((known) => (known === one ? { ...one, acknowledged } : known));
    return ok({ ...one, acknowledged });
  }
  const events: AlertDetail['events'] = [
    ...(one.resolvedMs === undefined
      ? []
      : [{ type: 'resolved' as const, atMs: one.resolvedMs, detail: `${one.title}: over` }]),
    ...(one.acknowledged === undefined
      ? []
      : [
          {
            type: 'acknowledged' as const,
            atMs: one.acknowledged.atMs,
            by: one.acknowledged.by,
            detail: one.acknowledged.note,
          },
        ]),
    { type: 'fired', atMs: one.firedMs, detail: one.title },
  ];
  return ok({ alert: one, events });
}

function silenceRoutes(notify: FakeNotify, { method, path, body }: FakeCall): FakeAnswer | undefined {
  if (path === '/silences/preview') {
    const wanted = body.matchers as Matcher[];
    const found = notify.alerts.filter(
      (one) => one.state === 'firing' && wanted.every((matcher) => matches(matcher, one)),
    );
    return ok({ alerts: found, total: found.length });
  }
  if (path === '/silences' && method === 'GET') return ok({ silences: notify.silences });
  if (path === '/silences') {
    const request = body as unknown as SilenceCreate;
    const silence: Silence = {
      ...request,
      id: `new-${notify.silences.length}`,
      fromMs: Date.now(),
      createdBy: 'mira@example.com',
      createdMs: Date.now(),
      state: 'active',
    };
    notify.silences = [silence, ...notify.silences];
    return ok(silence);
  }
  const id = /^\/silences\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  notify.silences = notify.silences.map((one) =>
    one.id === id ? { ...one, state: 'expired', untilMs: Date.now(), expiredBy: 'mira@example.com' } : one,
  );
  return ok(notify.silences.find((one) => one.id === id));
}

function createChannel(notify: FakeNotify, request: ChannelCreate): FakeAnswer {
  const { name } = request;
  if (notify.channels.some((one) => one.name === name))
    return refuse(409, {
      code: 'notify.channel-exists',
      message: `the channel ${name} exists already`,
      hint: 'remove it first or choose another name',
    });
  const settings: Channel['settings'] =
    request.type === 'email'
      ? MAIL
      : request.type === 'pagerduty'
        ? { type: 'pagerduty', baseUrl: 'https://events.pagerduty.com' }
        : { type: request.type, origin: new URL(request.url).origin };
  const created = { ...channel(name, settings, {}), allowPrivate: request.allowPrivate === true };
  notify.channels = [...notify.channels, created];
  return ok({
    channel: created,
    ...(request.type === 'webhook' ? { signingSecret: 'kT9wQz4mVb7rXc2nHd5sJf8gLp3yEa6uRi1oWk0tMx9vBq4z' } : {}),
  });
}

function channelRoutes(notify: FakeNotify, { method, path, body }: FakeCall): FakeAnswer | undefined {
  if (path === '/channels' && method === 'GET') return ok({ channels: notify.channels });
  if (path === '/channels') return createChannel(notify, body as unknown as ChannelCreate);
  if (path === '/deliveries') return ok({ attempts: notify.attempts });
  const [, name, act] = /^\/channels\/([^/]+)(\/test)?$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  if (act !== undefined) {
    const isBroken = notify.channels.find((one) => one.name === name)?.health.failingSinceMs !== undefined;
    const outcome = isBroken ? ({ outcome: 'failed', detail: 'HTTP 403: invalid routing key' } as const) : {};
    const tested = attempt(0, Date.now(), { channel: name, kind: 'test', alertKeys: [], ...outcome });
    notify.attempts = [{ ...tested, id: `att_new${notify.attempts.length}` }, ...notify.attempts];
    return ok(tested);
  }
  const user = [...notify.routing.routes, notify.routing.fallback].find(({ channels }) => channels.includes(name));
  if (user !== undefined)
    return refuse(409, {
      code: 'notify.channel-in-use',
      message: `the channel ${name} is used by the route ${user.name}`,
      hint: 'take it out of the route first',
    });
  notify.channels = notify.channels.filter((one) => one.name !== name);
  return NOTHING;
}

export function notifyRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const notify = notifyOf(state);
  const { method, path, body } = call;
  if (path === '/notify') {
    const firing = notify.alerts.filter((one) => one.state === 'firing');
    return ok({
      firing: firing.length,
      acknowledged: firing.filter((one) => one.acknowledged !== undefined).length,
      silenced: firing.filter((one) => one.silencedBy.length > 0).length,
      waiting: 4,
      failingChannels: notify.channels
        .filter(({ health }) => health.failingSinceMs !== undefined)
        .map(({ name }) => name),
      loopMs: Date.now(),
      tellsAnybody: notify.routing.fallback.channels.length > 0,
    });
  }
  if (path === '/routes' && method === 'GET') return ok(notify.routing);
  if (path === '/routes') {
    const wanted = body as unknown as Routing;
    notify.routing = { ...wanted, version: wanted.version + 1 };
    return ok(notify.routing);
  }
  if (path === '/heartbeat') {
    if (method === 'DELETE') notify.heartbeat = { isSet: false, allowPrivate: false };
    if (method === 'POST')
      notify.heartbeat = { isSet: true, allowPrivate: false, origin: new URL(String(body.url)).origin };
    return ok(notify.heartbeat);
  }
  return alertRoutes(notify, call) ?? silenceRoutes(notify, call) ?? channelRoutes(notify, call);
}
