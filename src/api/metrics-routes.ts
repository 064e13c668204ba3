import type { Authorize } from '../access/index.ts';
import { type Clock, Failure, HOUR_MS } from '../base/index.ts';
import type { AlarmService, MetricQuery, MetricSeries, MetricStore } from '../metrics/index.ts';
import { API_FAILURES } from './failures.ts';
import type { AlarmBody, MetricQueryBody, MetricSeriesBody } from './metrics-contract.ts';
import {
  alarmActionsBody,
  alarmStateBody,
  alarmsBody,
  alarmsQueryParams,
  alarmViewBody,
  alarmViewParams,
  compositeAlarmInputBody,
  metricAlarmInputBody,
  metricDataBody,
  metricSeriesListBody,
  metricsBody,
  metricsQueryParams,
  namespacesBody,
} from './metrics-contract.ts';
import { type ApiApp, addRoute } from './route.ts';

export interface MetricsRouteDeps {
  readonly authorize: Authorize;
  readonly metricStore: MetricStore;
  readonly alarms: AlarmService;
  readonly clock: Clock;
}

const METRICS_LISTED = 100;

/** Metrics and alarms for the console and the command line; programs have CloudWatch's API as well. */
export function addMetricsRoutes(app: ApiApp, deps: MetricsRouteDeps): void {
  addMetricRoutes(app, deps);
  addAlarmReadingRoutes(app, deps);
  addAlarmChangingRoutes(app, deps);
  addAlarmActRoutes(app, deps);
}

function addMetricRoutes(app: ApiApp, { authorize, metricStore }: MetricsRouteDeps): void {
  const everything = { type: 'metrics', name: '*' };
  addRoute(
    app,
    { method: 'get', path: '/metrics/namespaces', summary: 'Namespaces that have metrics', answer: namespacesBody },
    async ({ actor }) => {
      await authorize(actor, 'metrics:Read', everything);
      return { namespaces: [...(await metricStore.namespaces())] };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/metrics',
      summary: 'Metrics, page by page',
      query: metricsQueryParams,
      answer: metricsBody,
    },
    async ({ actor, query }) => {
      await authorize(actor, 'metrics:Read', everything);
      const { namespace, name, after, limit = METRICS_LISTED } = query;
      const page = await metricStore.listMetrics({
        ...(namespace === undefined ? {} : { namespace }),
        ...(name === undefined ? {} : { name }),
        ...(after === undefined ? {} : { after }),
        ...(query.dimensions === undefined ? {} : { dimensions: dimensionsOf(query.dimensions) }),
        recentlyActive: query.recentlyActive === 'true',
        limit,
      });
      return { metrics: page.metrics.map((metric) => ({ ...metric })), next: page.next };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/metrics/query',
      summary: 'Series of metrics and of math over them',
      body: metricDataBody,
      answer: metricSeriesListBody,
    },
    async ({ actor, body }) => {
      await authorize(actor, 'metrics:Read', everything);
      const { fromMs, toMs } = body;
      const series = await metricStore.query({ queries: body.queries.map(queryIn), fromMs, toMs });
      return { series: series.map(seriesOut) };
    },
  );
}

function dimensionsOf(text: string): readonly { readonly name: string; readonly value?: string }[] {
  const problem = 'dimensions is a JSON list of {"name": …, "value": …}';
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Failure(API_FAILURES.bodyInvalid, { problem });
  }
  if (!Array.isArray(read)) throw new Failure(API_FAILURES.bodyInvalid, { problem });
  return read.map((item: unknown) => {
    const { name, value } = (item ?? {}) as { readonly name?: unknown; readonly value?: unknown };
    if (typeof name !== 'string' || (value !== undefined && typeof value !== 'string')) {
      throw new Failure(API_FAILURES.bodyInvalid, { problem });
    }
    return value === undefined ? { name } : { name, value };
  });
}

/** Zod says `undefined` where the verbs expect no property at all. */
const withoutUndefined = <Input extends object>(input: Input): Input =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Input;

const queryIn = (query: MetricQueryBody): MetricQuery =>
  (query.type === 'metric'
    ? { ...withoutUndefined(query), metric: withoutUndefined(query.metric) }
    : withoutUndefined(query)) as MetricQuery;

const seriesOut = (series: MetricSeries): MetricSeriesBody => ({
  ...series,
  timesMs: [...series.timesMs],
  values: [...series.values],
  messages: series.messages.map((message) => ({ ...message })),
});

function addAlarmReadingRoutes(app: ApiApp, { alarms, clock }: MetricsRouteDeps): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/alarms',
      summary: 'Alarms with their states',
      query: alarmsQueryParams,
      answer: alarmsBody,
    },
    async ({ actor, query }) => {
      const { prefix: alarmNamePrefix, state: stateValue, nextToken, limit: maxRecords } = query;
      const page = await alarms.describeAlarms(actor, {
        ...{ alarmNamePrefix, stateValue, nextToken, maxRecords },
        alarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      });
      const all = [
        ...page.metricAlarms.map((alarm) => ({ type: 'MetricAlarm', ...alarm })),
        ...page.compositeAlarms.map((alarm) => ({ type: 'CompositeAlarm', ...alarm })),
      ];
      return { alarms: all as unknown as AlarmBody[], summary: await alarms.summary(actor), nextToken: page.nextToken };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/alarms/{name}',
      summary: 'One alarm: its graph, states and history',
      query: alarmViewParams,
      answer: alarmViewBody,
    },
    async ({ actor, param, query }) => {
      const toMs = query.toMs ?? clock.nowMs();
      const fromMs = query.fromMs ?? toMs - 3 * HOUR_MS;
      const { alarm, tags, history, states, graph, children, evaluationMessage } = await alarms.view(actor, {
        ...{ alarmName: param('name'), fromMs, toMs },
      });
      return {
        alarm: alarm as unknown as AlarmBody,
        tags: { ...tags },
        evaluationMessage,
        history: history.map((item) => ({ ...item })),
        states: states.map((state) => ({ ...state })),
        graph: graph === undefined ? undefined : { ...graph, series: graph.series.map(seriesOut) },
        children: children?.map((child) => ({ ...child })),
      };
    },
  );
}

function addAlarmChangingRoutes(app: ApiApp, { alarms }: MetricsRouteDeps): void {
  addRoute(
    app,
    { method: 'post', path: '/alarms', summary: 'Create or replace a metric alarm', body: metricAlarmInputBody },
    async ({ actor, body }) => {
      const { metrics, ...rest } = body;
      await alarms.putMetricAlarm(actor, {
        ...rest,
        ...(metrics === undefined ? {} : { metrics: metrics.map(queryIn) }),
      });
      return undefined;
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/alarms/composite',
      summary: 'Create or replace a composite alarm',
      body: compositeAlarmInputBody,
    },
    async ({ actor, body }) => {
      await alarms.putCompositeAlarm(actor, body);
      return undefined;
    },
  );
}

function addAlarmActRoutes(app: ApiApp, { alarms }: MetricsRouteDeps): void {
  addRoute(
    app,
    { method: 'delete', path: '/alarms/{name}', summary: 'Delete an alarm; its history stays' },
    async ({ actor, param }) => {
      await alarms.deleteAlarms(actor, [param('name')]);
      return undefined;
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/alarms/{name}/state',
      summary: 'Set the state until the next evaluation, to try its actions',
      body: alarmStateBody,
    },
    async ({ actor, param, body }) => {
      await alarms.setAlarmState(actor, { alarmName: param('name'), ...body });
      return undefined;
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/alarms/{name}/actions',
      summary: 'Enable or disable its actions',
      body: alarmActionsBody,
    },
    async ({ actor, param, body }) => {
      const change = body.enabled ? alarms.enableAlarmActions : alarms.disableAlarmActions;
      await change(actor, [param('name')]);
      return undefined;
    },
  );
}
