import type {
  EventSummary,
  Issue,
  IssueActivity,
  IssueChange,
  IssueHash,
  IssueListed,
  TagDistribution,
} from '../src/api/issue-types.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import { browserEvent, pythonEvent, viewOf } from './fake-issue-events.ts';
import type { FakeState } from './fake-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TREND_STEPS = 24;

interface FakeIssue extends IssueListed {
  issue: Issue;
}
interface FakeIssues {
  issues: FakeIssue[];
  activity: IssueActivity[];
  hashes: IssueHash[];
}

/** The same numbers for the same seed, so that pictures can be compared. */
const wave = (seed: number, steps: number, height: number): number[] =>
  Array.from({ length: steps }, (_, step) =>
    Math.max(
      0,
      Math.round(height * (0.6 + 0.5 * Math.sin(seed + step * 1.7) + 0.4 * Math.sin(seed * 3 + step * 0.31))),
    ),
  );

const rising = (steps: number, height: number): number[] =>
  Array.from({ length: steps }, (_, step) => Math.round(height * Math.max(0.02, (step - steps * 0.7) / (steps * 0.3))));

type Row = Partial<Issue> & {
  readonly seen: readonly [lastMs: number, firstMs: number];
  readonly trend: number[];
  readonly users: number;
};

const TOM = { type: 'person', id: 'per_2', name: 'Tom Okafor' } as const;

const ROWS: readonly Row[] = [
  {
    titleType: 'KeyError',
    titleValue: "'charge'",
    culprit: 'shop.payments.gateway in charge',
    substatus: 'escalating',
    priority: 'high',
    handled: false,
    platform: 'python',
    seen: [MINUTE, 5 * DAY],
    trend: rising(TREND_STEPS, 320),
    users: 412,
    commentCount: 2,
    feedbackCount: 3,
    assignee: TOM,
    firstRelease: 'shop@4.11.2',
    lastRelease: 'shop@4.12.0',
  },
  {
    titleType: 'TypeError',
    titleValue: "Cannot read properties of undefined (reading 'items')",
    culprit: 'kn(assets/index-8f21bc07)',
    substatus: 'new',
    priority: 'high',
    handled: false,
    platform: 'javascript',
    projectId: '2',
    seen: [4 * MINUTE, 3 * HOUR],
    trend: [...Array.from({ length: 21 }, () => 0), 12, 44, 31],
    users: 61,
    firstRelease: 'web@2026.11.3',
    lastRelease: 'web@2026.11.3',
  },
  {
    titleType: 'OperationalError',
    titleValue: 'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally',
    culprit: 'shop.orders.models in close',
    substatus: 'regressed',
    priority: 'high',
    handled: false,
    platform: 'python',
    seen: [11 * MINUTE, 61 * DAY],
    trend: wave(3, TREND_STEPS, 9),
    users: 33,
    firstRelease: 'shop@4.2.0',
    lastRelease: 'shop@4.12.0',
  },
  {
    titleType: 'CardDeclined',
    titleValue: 'card [redacted:card-number:16] was declined by the issuer',
    culprit: '/checkout/pay/',
    substatus: 'ongoing',
    level: 'warning',
    priority: 'medium',
    platform: 'python',
    seen: [2 * MINUTE, 122 * DAY],
    trend: wave(7, TREND_STEPS, 120),
    users: 1804,
    firstRelease: 'shop@4.0.0',
    lastRelease: 'shop@4.12.0',
  },
  {
    titleType: 'ChunkLoadError',
    titleValue: 'Loading chunk 412 failed. (error: https://shop.example.com/assets/412-be77.js)',
    culprit: '/product/:id',
    substatus: 'ongoing',
    priority: 'medium',
    handled: false,
    platform: 'javascript',
    projectId: '2',
    seen: [HOUR, 40 * DAY],
    trend: wave(2, TREND_STEPS, 22),
    users: 288,
    lastRelease: 'web@2026.11.3',
  },
  {
    titleType: '',
    titleValue: 'Price list of de is older than a day',
    title: 'Price list of de is older than a day',
    culprit: 'shop.prices.load',
    type: 'message',
    substatus: 'ongoing',
    level: 'warning',
    priority: 'low',
    platform: 'python',
    seen: [2 * HOUR, 9 * DAY],
    trend: wave(5, TREND_STEPS, 3),
    users: 0,
  },
  {
    titleType: 'java.lang.IllegalStateException',
    titleValue: 'Stock of 4006381333931 went below zero',
    culprit: 'com.example.stock.Ledger in book',
    substatus: 'new',
    priority: 'high',
    handled: false,
    level: 'fatal',
    platform: 'java',
    projectId: '3',
    seen: [26 * MINUTE, 20 * HOUR],
    trend: wave(11, TREND_STEPS, 2),
    users: 5,
    firstRelease: 'stock@1.8.0',
    lastRelease: 'stock@1.8.0',
  },
  {
    titleType: '',
    titleValue: "Blocked 'script-src' from 'cdn.tracker.example'",
    title: "Blocked 'script-src' from 'cdn.tracker.example'",
    culprit: '/product/:id',
    type: 'csp',
    substatus: 'ongoing',
    level: 'info',
    priority: 'low',
    platform: 'javascript',
    projectId: '2',
    seen: [5 * HOUR, 30 * DAY],
    trend: wave(9, TREND_STEPS, 40),
    users: 610,
  },
  {
    titleType: 'TimeoutError',
    titleValue: 'Redis did not answer within 250 ms',
    culprit: 'stock.cache in read',
    status: 'ignored',
    substatus: 'until-escalating',
    ignore: { untilEscalating: true },
    priority: 'low',
    platform: 'java',
    projectId: '3',
    seen: [3 * HOUR, 18 * DAY],
    trend: wave(4, TREND_STEPS, 14),
    users: 12,
  },
  {
    titleType: 'ZeroDivisionError',
    titleValue: 'division by zero',
    culprit: 'shop.reports.margin',
    status: 'resolved',
    resolution: { type: 'in-next-release', after: 'shop@4.11.2', atMs: 0, by: 'Mira Holm' },
    priority: 'medium',
    platform: 'python',
    seen: [4 * DAY, 12 * DAY],
    trend: wave(1, TREND_STEPS, 1),
    users: 2,
  },
];

function issueOf(row: Row, index: number, nowMs: number): FakeIssue {
  const { seen, trend, users, ...rest } = row;
  const events = trend.reduce((sum, count) => sum + count, 0);
  const { titleType = '', titleValue = '' } = rest;
  const slug = { '1': 'SHOP', '2': 'WEB', '3': 'STOCK' }[rest.projectId ?? '1'] ?? 'SHOP';
  const resolution = rest.resolution === undefined ? {} : { resolution: { ...rest.resolution, atMs: nowMs - 2 * DAY } };
  return {
    issue: {
      ...{ id: String(101 + index), shortId: `${slug}-${(31 + index * 7).toString(32).toUpperCase()}`, projectId: '1' },
      ...{ status: 'unresolved', priority: 'medium', level: 'error', type: 'error', platform: 'python' },
      ...{ title: `${titleType}: ${titleValue}`, titleType, titleValue, culprit: '' },
      ...{ firstSeenMs: nowMs - seen[1], lastSeenMs: nowMs - seen[0], firstRelease: '', lastRelease: '' },
      ...{ timesSeen: events * 3 + 7, handled: true, commentCount: 0, feedbackCount: 0 },
      ...rest,
      ...resolution,
    } as Issue,
    events,
    users,
    trend,
  };
}

const fullIssues = (nowMs: number): FakeIssues => ({
  issues: ROWS.map((row, index) => issueOf(row, index, nowMs)),
  activity: [
    { id: 'a1', issueId: '101', atMs: nowMs - 5 * DAY, type: 'first-seen', by: '', detail: {} },
    {
      id: 'a2',
      issueId: '101',
      atMs: nowMs - 4 * DAY,
      type: 'assigned',
      by: 'Mira Holm',
      detail: { name: 'Tom Okafor' },
    },
    {
      id: 'a3',
      issueId: '101',
      atMs: nowMs - 3 * DAY,
      type: 'comment',
      by: 'Tom Okafor',
      detail: { text: 'The gateway answers 503 with an error body and we read past it. A retry after 30 s would do.' },
    },
    { id: 'a4', issueId: '101', atMs: nowMs - 2 * HOUR, type: 'escalating', by: '', detail: {} },
    {
      id: 'a5',
      issueId: '101',
      atMs: nowMs - HOUR,
      type: 'comment',
      by: 'Mira Holm',
      detail: { text: 'Told the provider.' },
    },
  ],
  hashes: [
    {
      hash: '7f3c9a1e5b2d48c6a90e1f7d3b5c8a24',
      version: 'hf-2026-11',
      firstSeenMs: nowMs - 5 * DAY,
      lastSeenMs: nowMs - MINUTE,
      timesSeen: 5210,
      title: "KeyError: 'charge'",
      latestEventId: eventIdOf(0),
    },
    {
      hash: '0b8de2a7c4415f96b3e07a1c9d2f6e58',
      version: 'hf-2026-11',
      firstSeenMs: nowMs - 2 * DAY,
      lastSeenMs: nowMs - 9 * HOUR,
      timesSeen: 41,
      title: "KeyError: 'charge_id'",
      latestEventId: eventIdOf(1),
    },
  ],
});

const EVENTS = 6;
function eventIdOf(index: number): string {
  return `${'c0ffee11d00d4a5b9f7e2c1a3b5d7e9'}${index.toString(16)}`;
}

const made = new WeakMap<FakeState, FakeIssues>();
function stateOf(state: FakeState): FakeIssues {
  const found = made.get(state);
  if (found !== undefined && state.mode !== 'empty') return found;
  const fresh = state.mode === 'empty' ? { issues: [], activity: [], hashes: [] } : fullIssues(state.nowMs);
  made.set(state, fresh);
  return fresh;
}

/** As much of the search language as the pages ask for. */
function matches({ issue }: FakeIssue, query: string): boolean {
  return query
    .split(' ')
    .filter(Boolean)
    .every((word) => {
      const [key, value = ''] = word.includes(':')
        ? [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)]
        : ['', word];
      if (key === 'is' && value === 'for_review') return issue.substatus === 'new' || issue.substatus === 'regressed';
      if (key === 'is') return issue.status === value || issue.substatus === value;
      if (key === 'issue.id') return issue.id === value;
      if (key === 'level') return issue.level === value;
      if (key === 'firstRelease') return issue.firstRelease === value;
      return `${issue.title} ${issue.culprit} ${issue.shortId}`
        .toLowerCase()
        .includes(value.replaceAll('"', '').toLowerCase());
    });
}

function listIssues(state: FakeState, query: URLSearchParams): FakeAnswer {
  const projects = query.getAll('project');
  const found = stateOf(state).issues.filter(
    (one) =>
      matches(one, query.get('query') ?? '') && (projects.length === 0 || projects.includes(one.issue.projectId)),
  );
  const sort = query.get('sort');
  const sorted = found.toSorted((a, b) =>
    sort === 'events'
      ? b.events - a.events
      : sort === 'users'
        ? b.users - a.users
        : b.issue.lastSeenMs - a.issue.lastSeenMs,
  );
  return ok({ issues: sorted.slice(0, Number(query.get('limit') ?? 50)), total: found.length });
}

function changed(issue: Issue, change: IssueChange, nowMs: number): Issue {
  const { resolution: _resolution, ignore: _ignore, substatus: _substatus, ...rest } = issue;
  const by = 'Mira Holm';
  if (change.type === 'resolve') return { ...rest, status: 'resolved', resolution: { type: 'now', atMs: nowMs, by } };
  if (change.type === 'unresolve') return { ...rest, status: 'unresolved', substatus: 'ongoing' };
  if (change.type === 'ignore')
    return { ...rest, status: 'ignored', substatus: 'until-condition', ignore: change.condition };
  if (change.type === 'priority') return { ...issue, priority: change.priority };
  if (change.type !== 'assign') return issue;
  const { assignee: _assignee, ...nobody } = issue;
  return change.personId === null
    ? nobody
    : {
        ...issue,
        assignee: {
          type: 'person',
          id: change.personId,
          name: change.personId === 'per_1' ? 'Mira Holm' : 'Tom Okafor',
        },
      };
}

function changeIssues(state: FakeState, body: Record<string, unknown>): FakeAnswer {
  const kept = stateOf(state);
  const { ids, change } = body as unknown as { readonly ids: readonly string[]; readonly change: IssueChange };
  const gone = new Set(change.type === 'merge' ? ids.slice(1) : change.type === 'delete' ? ids : []);
  kept.issues = kept.issues
    .filter(({ issue }) => !gone.has(issue.id))
    .map((one) => (ids.includes(one.issue.id) ? { ...one, issue: changed(one.issue, change, Date.now()) } : one));
  return ok({ issues: kept.issues.filter(({ issue }) => ids.includes(issue.id)).map(({ issue }) => issue) });
}

const TAGS = (nowMs: number): TagDistribution[] =>
  [
    [
      'browser.name',
      ['Safari', 410],
      ['Chrome', 388],
      ['Firefox', 122],
      ['Edge', 60],
      ['Samsung Internet', 20],
      ['Opera', 3],
    ],
    ['environment', ['production', 970], ['staging', 33]],
    ['release', ['shop@4.12.0', 801], ['shop@4.11.2', 202]],
    ['server_name', ['web-2', 512], ['web-1', 491]],
    ['os.name', ['macOS', 401], ['Windows', 388], ['iOS', 120], ['Android', 94]],
    ['tenant', ['nord', 902], ['sued', 101]],
    ['user', ['id:8812', 14], ['id:201', 9], ['id:77', 9], ['id:4410', 8], ['id:9', 8], ['id:31', 7]],
  ].map(([key, ...values]) => ({
    key: String(key),
    total: 1003,
    values: (values as [string, number][]).map(([value, count], index) => ({
      value,
      count,
      lastSeenMs: nowMs - index * HOUR,
    })),
  }));

function eventsOf(state: FakeState, { issue }: FakeIssue): EventSummary[] {
  return Array.from({ length: EVENTS }, (_, index) => ({
    ...{
      projectId: issue.projectId,
      eventId: eventIdOf(index),
      timeMs: state.nowMs - index * 3 * HOUR,
      receivedMs: state.nowMs,
    },
    ...{
      type: issue.type,
      level: issue.level,
      platform: issue.platform,
      title: issue.title,
      culprit: issue.culprit,
      message: '',
    },
    ...{
      transaction: '/checkout/pay/',
      release: 'shop@4.12.0',
      dist: '',
      environment: 'production',
      serverName: `web-${1 + (index % 2)}`,
    },
    ...{
      userKey: `id:${8812 - index}`,
      handled: issue.handled,
      traceId: '',
      spanId: '',
      sdk: 'sentry.python.django',
      tags: {},
    },
  }));
}

function eventView(state: FakeState, { issue }: FakeIssue, which: string): FakeAnswer {
  const ids = Array.from({ length: EVENTS }, (_, index) => eventIdOf(index));
  const index =
    which === 'latest' || which === 'recommended' ? 0 : which === 'oldest' ? EVENTS - 1 : ids.indexOf(which);
  if (index < 0)
    return refuse(404, {
      code: 'issues.event-not-found',
      message: `no event ${which}`,
      hint: 'it may be past its retention',
    });
  const make = issue.platform === 'javascript' ? browserEvent : pythonEvent;
  const event = { ...make(ids[index] ?? '', state.nowMs - index * 3 * HOUR), projectId: issue.projectId };
  const older = ids[index + 1];
  const newer = ids[index - 1];
  return ok(
    viewOf(event, {
      ...(older === undefined ? {} : { previous: older }),
      ...(newer === undefined ? {} : { next: newer }),
      ...{ oldest: ids[EVENTS - 1] ?? '', latest: ids[0] ?? '' },
    }),
  );
}

function histogram(one: FakeIssue, query: URLSearchParams): FakeAnswer {
  const steps = Number(query.get('steps') ?? 60);
  const [from, to] = [Number(query.get('fromMs')), Number(query.get('toMs'))];
  const events = Array.from(
    { length: steps },
    (_, step) => one.trend[Math.floor((step / steps) * one.trend.length)] ?? 0,
  );
  return ok({
    timesMs: events.map((_, step) => Math.round(from + (step * (to - from)) / steps)),
    events,
    users: events.map((count) => Math.round(count * 0.7)),
  });
}

function issueRoute(
  state: FakeState,
  { method, query, body }: FakeCall,
  one: FakeIssue,
  rest: string,
): FakeAnswer | undefined {
  const kept = stateOf(state);
  if (rest === '') return ok(one.issue);
  if (rest === '/tags') return ok({ tags: TAGS(state.nowMs) });
  if (rest === '/histogram') return histogram(one, query);
  if (rest === '/events') return ok({ events: eventsOf(state, one) });
  if (rest === '/hashes') return ok({ hashes: kept.hashes });
  if (rest === '/activity')
    return ok({ activity: kept.activity.map((entry) => ({ ...entry, issueId: one.issue.id })) });
  if (rest === '/comments') {
    const entry = {
      id: `a${kept.activity.length + 1}`,
      issueId: one.issue.id,
      atMs: Date.now(),
      type: 'comment',
      by: 'Mira Holm',
      detail: { text: body.text },
    };
    kept.activity = [...kept.activity, entry];
    return ok(entry);
  }
  if (rest.startsWith('/comments/') && method === 'DELETE') {
    kept.activity = kept.activity.filter(({ id }) => !rest.endsWith(`/${id}`));
    return NOTHING;
  }
  if (rest === '/unmerge') {
    kept.hashes = kept.hashes.filter(({ hash }) => !(body.hashes as string[]).includes(hash));
    return ok(kept.issues[1]?.issue);
  }
  const event = /^\/events\/(\w+)$/.exec(rest)?.[1];
  return event === undefined ? undefined : eventView(state, one, event);
}

export function issueRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const { path, query, body } = call;
  if (path === '/issues') return listIssues(state, query);
  if (path === '/issues/change') return changeIssues(state, body);
  if (path === '/assignees') return ok({ people: state.people.map(({ id, name, email }) => ({ id, name, email })) });
  if (path === '/feedback')
    return ok({
      feedback:
        state.mode === 'empty'
          ? []
          : viewOf(pythonEvent(eventIdOf(0), state.nowMs - DAY), { oldest: '', latest: '' }).feedback,
    });
  const match = /^\/issues\/(\d+)(\/.*)?$/.exec(path);
  if (match === null) return undefined;
  const one = stateOf(state).issues.find(({ issue }) => issue.id === match[1]);
  if (one === undefined)
    return refuse(404, {
      code: 'issues.not-found',
      message: `no issue ${match[1]}`,
      hint: 'look in the list of issues',
    });
  return issueRoute(state, call, one, match[2] ?? '');
}
