import { z } from '@hono/zod-openapi';
import type { Failure } from '../base/index.ts';
import {
  checkInsights,
  insightsCommands,
  insightsFunctions,
  type Logs,
  type QueryRequest,
  type QueryView,
} from '../logs/index.ts';
import {
  facetsBody,
  histogramBody,
  type QueryResultBody,
  type QueryStartBody,
  queryCheckBody,
  queryResultBody,
  queryStartBody,
  queryWordsBody,
} from './contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { dropUndefined } from './trust-routes.ts';

const requestIn = (body: QueryStartBody): QueryRequest =>
  dropUndefined({
    query: body.query,
    logGroups: body.groups,
    startMs: body.startMs,
    endMs: body.endMs,
    limit: body.limit,
  });

const failureOut = (failure: NonNullable<QueryView['failure']> | Failure, requestId: string) => ({
  code: failure.code,
  message: failure.message,
  hint: failure.hint,
  requestId,
});

function resultOut(view: QueryView, requestId: string): QueryResultBody {
  return {
    queryId: view.queryId,
    status: view.status,
    fields: view.fields.map((field) => ({ ...field })),
    rows: view.rows.map((row) =>
      Object.fromEntries(view.fields.map((field, index) => [field.name, row[index] ?? null])),
    ),
    statistics: view.statistics,
    ...(view.failure === undefined ? {} : { failure: failureOut(view.failure, requestId) }),
  };
}

/** Insights queries: start, follow, stop, check, and what the console draws beside them. */
export function addQueryRoutes(app: ApiApp, logs: Logs): void {
  addRoute(
    app,
    {
      method: 'post',
      path: '/logs/queries',
      summary: 'Start a Logs Insights query',
      body: queryStartBody,
      answer: z.object({ queryId: z.string() }),
    },
    ({ actor, body }) => logs.queries.start(actor, requestIn(body)),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/logs/queries/check',
      summary: 'Mistakes of a query, without running it',
      body: z.object({ query: z.string().max(10_000) }),
      answer: queryCheckBody,
    },
    async ({ body }) => {
      const { mistakes, isStatistics } = checkInsights(body.query);
      return { mistakes: mistakes.map((mistake) => ({ ...mistake })), isStatistics };
    },
  );
  addRoute(
    app,
    { method: 'get', path: '/logs/queries/{id}', summary: 'State and rows of a query', answer: queryResultBody },
    async ({ actor, param, context }) =>
      resultOut(await logs.queries.get(actor, param('id')), context.get('requestId')),
  );
  addRoute(
    app,
    { method: 'delete', path: '/logs/queries/{id}', summary: 'Stop a query in the engine', answer: queryResultBody },
    async ({ actor, param, context }) => {
      await logs.queries.stop(actor, param('id'));
      return resultOut(await logs.queries.get(actor, param('id')), context.get('requestId'));
    },
  );
  addPictureRoutes(app, logs);
}

function addPictureRoutes(app: ApiApp, logs: Logs): void {
  const words = z.object({
    group: z.union([z.string(), z.array(z.string())]).optional(),
    startMs: z.coerce.number(),
    endMs: z.coerce.number(),
  });
  addRoute(
    app,
    {
      method: 'get',
      path: '/logs/words',
      summary: 'Commands, functions and fields, for completion',
      query: words,
      answer: queryWordsBody,
    },
    async ({ actor, query }) => {
      const logGroups = query.group === undefined ? [] : [query.group].flat();
      const fields = await logs.queries.fields(actor, { logGroups, startMs: query.startMs, endMs: query.endMs });
      return {
        commands: insightsCommands.map(({ name, help, example }) => ({ name, help, example })),
        functions: insightsFunctions.map(({ name, signature, help }) => ({ name, signature, help })),
        fields: fields.map((field) => ({ ...field })),
      };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/logs/histogram',
      summary: 'Records over time that pass the filters of a query',
      body: queryStartBody.extend({ buckets: z.number().int().min(1).max(500).default(60) }),
      answer: histogramBody,
    },
    async ({ actor, body }) => {
      const histogram = await logs.queries.histogram(actor, { ...requestIn(body), buckets: body.buckets });
      return { ...histogram, buckets: histogram.buckets.map((bucket) => ({ ...bucket })) };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/logs/facets',
      summary: 'Most frequent values of fields',
      body: queryStartBody,
      answer: facetsBody,
    },
    async ({ actor, body }) => {
      const facets = await logs.queries.facets(actor, requestIn(body));
      return { facets: facets.map(({ field, values }) => ({ field, values: values.map((value) => ({ ...value })) })) };
    },
  );
}
