import type { Actor } from '../access/index.ts';
import { clip, Failure } from '../base/index.ts';
import type {
  CheckIn,
  CheckInState,
  Monitor,
  MonitorRef,
  MonitorTimeline,
  MonitorVerbs,
  Project,
} from '../issues/index.ts';
import { API_FAILURES } from './failures.ts';
import {
  type CheckInBody,
  checkInsBody,
  checkInsQuery,
  type MonitorBody,
  monitorBody,
  monitorChangeBody,
  monitorCreateBody,
  monitorsBody,
  monitorsQuery,
  schedulePreviewBody,
  schedulePreviewedBody,
  type TimelineBody,
  timelineQuery,
  timelinesBody,
} from './monitor-contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { dropUndefined } from './trust-routes.ts';

export interface MonitorRouteDeps {
  readonly monitors: MonitorVerbs;
  readonly findProject: (idOrSlug: string) => Project | undefined;
}

const MONITOR = '/monitors/{id}';
const STEPS_DEFAULT = 48;
const LIMIT_DEFAULT = 50;
const PREVIEW_COUNT = 5;

/** `<project>.<slug>`: a monitor is named by its slug in its project, and that by its id or slug, which have no dots. */
function refIn({ findProject }: MonitorRouteDeps, id: string): MonitorRef {
  const dot = id.indexOf('.');
  if (dot < 1) throw new Failure(API_FAILURES.monitorIdInvalid, { monitor: JSON.stringify(clip(id, 80)) });
  const project = id.slice(0, dot);
  return { projectId: findProject(project)?.id ?? project, slug: id.slice(dot + 1) };
}

function monitorOut(monitor: Monitor): MonitorBody {
  const { projectSlug: _slug, config, environments, ...rest } = monitor;
  return {
    ...rest,
    ...config,
    id: `${monitor.projectId}.${monitor.slug}`,
    environments: environments.map(({ environment, state, nextExpectedMs, ...one }) => ({
      ...one,
      name: environment,
      state: stateOut(state),
      ...(nextExpectedMs === undefined ? {} : { nextCheckInMs: nextExpectedMs }),
    })),
  };
}

const stateOut = <State extends string>(state: State): Exclude<State, 'in_progress'> | 'in-progress' =>
  state === 'in_progress' ? 'in-progress' : (state as Exclude<State, 'in_progress'>);

const checkInOut = ({ state, endedMs: _ended, ...checkIn }: CheckIn): CheckInBody => ({
  ...checkIn,
  status: stateOut(state),
});

const COUNTED: readonly CheckInState[] = ['ok', 'error', 'missed', 'timeout', 'unknown'];

const timelinesOut = ({ timesMs, environments }: MonitorTimeline): TimelineBody[] =>
  environments.map(({ environment, counts }) => ({
    environment,
    steps: timesMs.map((startMs, at) => {
      const found = counts[at] ?? {};
      const numbers = Object.fromEntries(COUNTED.map((state) => [state, found[state] ?? 0]));
      return { startMs, ...numbers, inProgress: found.in_progress ?? 0 } as TimelineBody['steps'][number];
    }),
  }));

/** Monitors of scheduled jobs, their check-ins and timelines. */
export function addMonitorRoutes(app: ApiApp, deps: MonitorRouteDeps): void {
  addListRoute(app, deps);
  addChangeRoutes(app, deps);
  addCheckInRoutes(app, deps);
}

function addListRoute(app: ApiApp, { monitors }: MonitorRouteDeps): void {
  const spec = { method: 'get', path: '/monitors', summary: 'Monitors, with timelines when a range is given' } as const;
  addRoute(app, { ...spec, query: monitorsQuery, answer: monitorsBody }, async ({ actor, query }) => {
    const { projectId, fromMs, toMs, steps = STEPS_DEFAULT } = query;
    const found = await monitors.list(actor, projectId === undefined ? {} : { projectIds: [projectId] });
    const timelinesOf = async (monitor: Monitor): Promise<TimelineBody[]> =>
      fromMs === undefined || toMs === undefined
        ? []
        : timelinesOut(await monitors.timeline(actor, monitor, { fromMs, toMs, steps }));
    const listed = [];
    for (const monitor of found) listed.push({ monitor: monitorOut(monitor), timelines: await timelinesOf(monitor) });
    return { monitors: listed };
  });
  addRoute(
    app,
    {
      method: 'post',
      path: '/monitors/preview',
      summary: 'The next times of a schedule, before it is saved',
      body: schedulePreviewBody,
      answer: schedulePreviewedBody,
    },
    async ({ actor, body }) => ({ nextMs: [...(await monitors.preview(actor, { ...body, count: PREVIEW_COUNT }))] }),
  );
}

function addChangeRoutes(app: ApiApp, deps: MonitorRouteDeps): void {
  const { monitors } = deps;
  const get = async (actor: Actor, id: string): Promise<MonitorBody> =>
    monitorOut(await monitors.get(actor, refIn(deps, id)));
  addRoute(
    app,
    { method: 'post', path: '/monitors', summary: 'Make a monitor', body: monitorCreateBody, answer: monitorBody },
    async ({ actor, body }) => {
      const { slug = slugOf(body.name), ...rest } = body;
      return monitorOut(await monitors.create(actor, { ...dropUndefined(rest), slug }));
    },
  );
  addRoute(app, { method: 'get', path: MONITOR, summary: 'One monitor', answer: monitorBody }, ({ actor, param }) =>
    get(actor, param('id')),
  );
  addRoute(
    app,
    {
      method: 'patch',
      path: MONITOR,
      summary: 'Change a monitor, or let it be quiet; what is absent stays',
      body: monitorChangeBody,
      answer: monitorBody,
    },
    async ({ actor, param, body }) => {
      const { isMuted, mutedUntilMs, ...change } = body;
      const ref = refIn(deps, param('id'));
      if (Object.values(change).some((value) => value !== undefined)) {
        await monitors.update(actor, ref, dropUndefined(change));
      }
      if (isMuted !== undefined) {
        await monitors.mute(actor, ref, dropUndefined({ isMuted, untilMs: mutedUntilMs }));
      }
      return get(actor, param('id'));
    },
  );
  addRoute(
    app,
    { method: 'delete', path: MONITOR, summary: 'Delete a monitor with its check-ins' },
    async ({ actor, param }) => {
      await monitors.remove(actor, refIn(deps, param('id')));
      return undefined;
    },
  );
  addRoute(
    app,
    {
      method: 'delete',
      path: `${MONITOR}/environments/{environment}`,
      summary: 'Forget an environment; it comes back with its next check-in',
      answer: monitorBody,
    },
    async ({ actor, param }) =>
      monitorOut(await monitors.removeEnvironment(actor, refIn(deps, param('id')), param('environment'))),
  );
}

/** The slug that a name suggests; whether it is allowed and free, the verb says. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');

function addCheckInRoutes(app: ApiApp, deps: MonitorRouteDeps): void {
  const { monitors } = deps;
  addRoute(
    app,
    {
      method: 'get',
      path: `${MONITOR}/check-ins`,
      summary: 'Its runs, newest first',
      query: checkInsQuery,
      answer: checkInsBody,
    },
    async ({ actor, param, query }) => {
      const { limit = LIMIT_DEFAULT, environment, before } = query;
      const page = dropUndefined({ limit, environment, before });
      const { checkIns, next } = await monitors.checkIns(actor, refIn(deps, param('id')), page);
      return { checkIns: checkIns.map(checkInOut), ...(next === undefined ? {} : { next }) };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: `${MONITOR}/timeline`,
      summary: 'Counts of its runs in equal steps, by environment',
      query: timelineQuery,
      answer: timelinesBody,
    },
    async ({ actor, param, query }) => {
      const { steps = STEPS_DEFAULT, toMs, fromMs } = query;
      return {
        timelines: timelinesOut(await monitors.timeline(actor, refIn(deps, param('id')), { fromMs, toMs, steps })),
      };
    },
  );
}
