import type {
  CheckIn,
  Monitor,
  Monitors,
  Release,
  ReleaseHealth,
  ReleaseListed,
  Timeline,
} from '../src/api/issue-types.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import type { FakeState } from './fake-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const health = (sessions: number, crashFree: number, adoption: number): ReleaseHealth => ({
  ...{ sessions, users: Math.round(sessions * 0.4), crashedSessions: Math.round(sessions * (1 - crashFree)) },
  ...{ erroredSessions: Math.round(sessions * 0.02), abnormalSessions: 0 },
  ...(sessions === 0 ? {} : { crashFreeSessions: crashFree, crashFreeUsers: crashFree - 0.0007, adoption }),
});

const release = (nowMs: number, version: string, ageMs: number, rest: Partial<Release> = {}): Release => ({
  ...{ version, short: version.split('@')[1] ?? version, projectIds: ['1'], createdMs: nowMs - ageMs, status: 'open' },
  ...{
    newIssues: 0,
    deployCount: 1,
    commitCount: 14,
    artifactCount: 0,
    authors: ['mira@example.com', 'tom@example.com'],
  },
  ...{ firstEventMs: nowMs - ageMs + HOUR, lastEventMs: nowMs - MINUTE, releasedMs: nowMs - ageMs },
  lastDeploy: { environment: 'production', finishedMs: nowMs - ageMs + 20 * MINUTE },
  ...rest,
});

const RELEASES = (nowMs: number): ReleaseListed[] => [
  {
    release: release(nowMs, 'web@2026.11.3', 3 * HOUR, { projectIds: ['2'], newIssues: 1, artifactCount: 2 }),
    health: health(41_220, 0.9987, 0.61),
  },
  { release: release(nowMs, 'shop@4.12.0', 2 * DAY, { newIssues: 2 }), health: health(0, 1, 0) },
  {
    release: release(nowMs, 'web@2026.11.2', 4 * DAY, { projectIds: ['2'], artifactCount: 2 }),
    health: health(188_400, 0.9752, 0.31),
  },
  { release: release(nowMs, 'shop@4.11.2', 6 * DAY, { newIssues: 3 }), health: health(0, 1, 0) },
  {
    release: release(nowMs, 'stock@1.8.0', 7 * DAY, { projectIds: ['3'], newIssues: 1, commitCount: 3 }),
    health: health(91, 0.9891, 1),
  },
  {
    release: release(nowMs, '5c1de07a4f3b9e2208d1aa6b4f0c9e7731d2b6a8', 9 * DAY, {
      projectIds: ['2'],
      commitCount: 0,
      deployCount: 0,
    }),
    health: health(1204, 0.9932, 0.002),
  },
];

function releaseView({ release: one, health: of }: ReleaseListed, query: URLSearchParams): FakeAnswer {
  const [from, to] = [Number(query.get('fromMs')), Number(query.get('toMs'))];
  const steps = 48;
  const sessions = Array.from({ length: steps }, (_, step) =>
    Math.max(0, Math.round((of.sessions / steps) * (1 + 0.6 * Math.sin(step / 3)))),
  );
  return ok({
    ...{ release: one, health: of },
    series: {
      timesMs: sessions.map((_, step) => Math.round(from + (step * (to - from)) / steps)),
      sessions,
      errored: sessions.map((count) => Math.round(count * 0.03)),
      crashed: sessions.map((count, step) => Math.round(count * (step > 30 ? 0.02 : 0.002))),
    },
  });
}

const COMMITS = [
  ['8a1f0c2b7d', 'Read the error body of the gateway before the charge', 'Tom Okafor'],
  ['c93de5aa10', 'Show prices with the currency of the address', 'Mira Holm'],
  ['01be77f3d4', 'Close baskets in the same transaction as the order', 'Tom Okafor'],
] as const;

function partRoutes(nowMs: number, rest: string): FakeAnswer | undefined {
  if (rest === '/commits')
    return ok({
      commits: COMMITS.map(([id, message, authorName], index) => ({
        ...{
          id: id.padEnd(40, '0'),
          repository: 'shop',
          message,
          authorName,
          authorEmail: '',
          timeMs: nowMs - index * 5 * HOUR,
        },
      })),
    });
  if (rest !== '/deploys') return undefined;
  const deploy = (environment: string, agoMs: number) => ({
    ...{ id: `dep_${environment}`, environment, name: 'pipeline 4411', url: 'https://ci.example.com/4411' },
    ...{ startedMs: nowMs - agoMs - 4 * MINUTE, finishedMs: nowMs - agoMs },
  });
  return ok({ deploys: [deploy('production', 2 * HOUR), deploy('staging', 5 * HOUR)] });
}

function artifactRoutes(nowMs: number, path: string): FakeAnswer | undefined {
  if (path === '/artifacts')
    return ok({
      bundles: [
        {
          ...{ id: 'bun_1', bytes: 2_811_004, fileCount: 4, projectIds: ['2'], release: 'web@2026.11.3', dist: '' },
          ...{
            uploadedMs: nowMs - 3 * HOUR,
            uploadedBy: 'ci-web',
            keepUntilMs: nowMs + 87 * DAY,
            lastUsedMs: nowMs - 4 * MINUTE,
          },
        },
      ],
    });
  if (!path.endsWith('/files')) return path.startsWith('/artifacts/') ? NOTHING : undefined;
  const file = (name: string, type: string, bytes: number) => ({
    ...{
      id: name,
      path: name,
      url: `~/assets/${name}`,
      type,
      debugId: '1f6a9e52-77c1-5d0b-9d1e-3b1a2c4d5e6f',
      sourceMapUrl: '',
      bytes,
    },
  });
  return ok({
    files: [
      file('index-8f21bc07.js', 'minified_source', 411_200),
      file('index-8f21bc07.js.map', 'source_map', 2_204_110),
    ],
  });
}

export function releaseRoutes(state: FakeState, { path, query, method, body }: FakeCall): FakeAnswer | undefined {
  if (path.startsWith('/artifacts')) return artifactRoutes(state.nowMs, path);
  if (!path.startsWith('/releases')) return undefined;
  const all = state.mode === 'empty' ? [] : RELEASES(state.nowMs);
  if (path === '/releases') {
    const projectId = query.get('projectId');
    const found = all.filter(
      ({ release: one }) =>
        one.version.includes(query.get('query') ?? '') && (projectId === null || one.projectIds.includes(projectId)),
    );
    return ok({ releases: found });
  }
  const [, version = '', rest = ''] = /^\/releases\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const one = all.find((listed) => listed.release.version === decodeURIComponent(version));
  if (one === undefined)
    return refuse(404, {
      code: 'releases.not-found',
      message: `no release ${version}`,
      hint: 'look in the list of releases',
    });
  if (rest !== '') return partRoutes(state.nowMs, rest);
  return method === 'PATCH' ? ok({ ...one.release, ...body }) : releaseView(one, query);
}

// ---------------------------------------------------------------- monitors

const monitor = (nowMs: number, slug: string, name: string, rest: Partial<Monitor>): Monitor => ({
  ...{ id: `1.${slug}`, projectId: '1', slug, name, createdMs: nowMs - 90 * DAY, configuredBy: 'sdk', isMuted: false },
  ...{
    timezone: 'Europe/Berlin',
    checkInMarginMinutes: 5,
    maxRuntimeMinutes: 30,
    failureThreshold: 1,
    recoveryThreshold: 1,
  },
  schedule: { type: 'interval', value: 15, unit: 'minute' },
  environments: [environment(nowMs, 'production')],
  ...rest,
});

function environment(
  nowMs: number,
  name: string,
  rest: Partial<Monitor['environments'][number]> = {},
): Monitor['environments'][number] {
  return {
    ...{ name, state: 'ok', lastCheckInMs: nowMs - 9 * MINUTE, nextCheckInMs: nowMs + 6 * MINUTE, isFailing: false },
    ...{ failuresInRow: 0, successesInRow: 412 },
    ...rest,
  };
}

const MONITORS = (nowMs: number): Monitor[] => [
  monitor(nowMs, 'nightly-backup', 'Nightly backup', {
    schedule: { type: 'crontab', value: '0 3 * * *' },
    environments: [
      environment(nowMs, 'production', {
        state: 'missed',
        isFailing: true,
        failingSinceMs: nowMs - 5 * HOUR,
        failuresInRow: 1,
        nextCheckInMs: nowMs + 19 * HOUR,
      }),
    ],
  }),
  monitor(nowMs, 'price-import', 'Import of prices', {
    environments: [environment(nowMs, 'production'), environment(nowMs, 'staging', { state: 'in-progress' })],
  }),
  monitor(nowMs, 'mail-queue', 'Mail queue', { schedule: { type: 'interval', value: 5, unit: 'minute' } }),
  monitor(nowMs, 'old-report', 'Monthly report', {
    schedule: { type: 'crontab', value: '0 6 1 * *' },
    ...{ isMuted: true, mutedUntilMs: nowMs + 2 * DAY },
    environments: [
      environment(nowMs, 'production', { state: 'error', isFailing: true, failingSinceMs: nowMs - 2 * DAY }),
    ],
  }),
];

function timelines({ slug, environments }: Monitor, query: URLSearchParams): Timeline[] {
  const steps = Number(query.get('steps') ?? 60);
  const [from, to] = [Number(query.get('fromMs')), Number(query.get('toMs'))];
  return environments.map(({ name, isFailing }) => ({
    environment: name,
    steps: Array.from({ length: steps }, (_, step) => {
      const isRare = slug === 'nightly-backup' || slug === 'old-report';
      const runs = isRare ? (step % 40 === 22 ? 1 : 0) : 1;
      const isLast = step > steps * 0.8;
      return {
        startMs: Math.round(from + (step * (to - from)) / steps),
        ok: isFailing && isLast ? 0 : runs,
        ...{
          error: slug === 'old-report' && isLast && runs > 0 ? 1 : 0,
          missed: slug === 'nightly-backup' && step === steps - 20 ? 1 : 0,
        },
        ...{
          timeout: name === 'staging' && step === 40 ? 1 : 0,
          inProgress: name === 'staging' && step === steps - 1 ? 1 : 0,
        },
        unknown: step === 11 && !isRare ? 1 : 0,
      };
    }),
  }));
}

function checkIns(nowMs: number): CheckIn[] {
  const statuses = ['ok', 'ok', 'error', 'ok', 'timeout', 'missed', 'ok', 'unknown', 'ok'] as const;
  return statuses.map((status, index) => ({
    ...{ id: `chk_${index}`, environment: 'production', status, startedMs: nowMs - index * 15 * MINUTE },
    expectedMs: nowMs - index * 15 * MINUTE - (index === 3 ? 4 * MINUTE : 2000),
    ...(status === 'missed' || status === 'unknown' ? {} : { durationMs: 41_200 + index * 900 }),
    ...{ release: 'shop@4.12.0', traceId: index === 2 ? '4bf92f3577b34da6a3ce929d0e0e4736' : '' },
  }));
}

export function monitorRoutes(state: FakeState, { path, query, method, body }: FakeCall): FakeAnswer | undefined {
  if (!path.startsWith('/monitors')) return undefined;
  const all = state.mode === 'empty' ? [] : MONITORS(state.nowMs);
  if (path === '/monitors' && method === 'GET') {
    const listed: Monitors = { monitors: all.map((one) => ({ monitor: one, timelines: timelines(one, query) })) };
    return ok(listed);
  }
  if (path === '/monitors/preview') {
    const schedule = body.schedule as Monitor['schedule'];
    if (schedule.type === 'crontab' && schedule.value.split(' ').length !== 5)
      return refuse(400, {
        code: 'monitors.schedule-invalid',
        message: `${schedule.value} is no crontab`,
        hint: 'write five fields, such as 0 3 * * *',
      });
    return ok({ nextMs: [1, 2, 3, 4].map((day) => state.nowMs + day * DAY) });
  }
  if (path === '/monitors') return ok({ ...all[1], id: '1.nightly-backup' });
  const [, id = '', rest = ''] = /^\/monitors\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const one = all.find((entry) => entry.id === id);
  if (one === undefined)
    return refuse(404, {
      code: 'monitors.not-found',
      message: `no monitor ${id}`,
      hint: 'look in the list of monitors',
    });
  if (rest === '/timeline') return ok({ timelines: timelines(one, query) });
  if (rest === '/check-ins') return ok({ checkIns: checkIns(state.nowMs) });
  return method === 'DELETE' ? NOTHING : ok({ ...one, ...body });
}
