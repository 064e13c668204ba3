import { z } from '@hono/zod-openapi';
import type { LogGroup, LogStream, Logs, StoredLogRecord } from '../logs/index.ts';
import { RETENTION_DAYS } from '../logs/index.ts';
import {
  type LogGroupBody,
  type LogRecordBody,
  type LogStreamBody,
  logGroupBody,
  logGroupChangeBody,
  logGroupCreateBody,
  logGroupsBody,
  logRecordBody,
  logStreamBody,
  removalPlanBody,
} from './contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { dropUndefined } from './trust-routes.ts';

const groupOut = (group: LogGroup): LogGroupBody => ({ ...group, tags: { ...group.tags } });

const streamOut = (stream: LogStream): LogStreamBody => {
  const { name, createdMs, firstEventMs, lastEventMs, lastIngestMs, storedBytes } = stream;
  return dropUndefined({ name, createdMs, firstEventMs, lastEventMs, lastIngestMs, storedBytes }) as LogStreamBody;
};

const recordOut = (record: StoredLogRecord): LogRecordBody => ({
  ...record,
  resource: { ...record.resource },
  attributes: { ...record.attributes },
  timeMs: Number(record.timeNs / 1_000_000n),
  timeNs: String(record.timeNs),
});

const dryRun = z.object({ dryRun: z.enum(['true', 'false']).default('true') });

/** Log groups, their streams, and single records. */
export function addLogRoutes(app: ApiApp, logs: Logs): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/logs/groups',
      summary: 'Log groups by name',
      query: z.object({ prefix: z.string().optional() }),
      answer: logGroupsBody,
    },
    async ({ actor, query }) => {
      const groups: LogGroup[] = [];
      let nextToken: string | undefined;
      do {
        const page = await logs.groups.list(actor, dropUndefined({ prefix: query.prefix, limit: 1000, nextToken }));
        groups.push(...page.items);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return { groups: groups.map(groupOut), retentionChoices: [...RETENTION_DAYS] };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/logs/groups',
      summary: 'Create a log group',
      body: logGroupCreateBody,
      answer: logGroupBody,
    },
    async ({ actor, body }) => groupOut(await logs.groups.create(actor, dropUndefined(body))),
  );
  addChangeRoutes(app, logs);
  addReadRoutes(app, logs);
}

function addReadRoutes(app: ApiApp, logs: Logs): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/logs/streams',
      summary: 'Streams of a log group, the last written first',
      query: z.object({ group: z.string(), limit: z.coerce.number().int().min(1).max(1000).default(50) }),
      answer: z.object({ streams: z.array(logStreamBody) }),
    },
    async ({ actor, query }) => {
      const page = await logs.streams.list(actor, {
        logGroup: query.group,
        orderBy: 'last-event',
        descending: true,
        limit: query.limit,
      });
      return { streams: page.items.map(streamOut) };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/logs/record',
      summary: 'The whole record behind a @ptr',
      query: z.object({ ptr: z.string() }),
      answer: logRecordBody,
    },
    async ({ actor, query }) => recordOut(await logs.events.record(actor, query.ptr)),
  );
}

function addChangeRoutes(app: ApiApp, logs: Logs): void {
  addRoute(
    app,
    {
      method: 'patch',
      path: '/logs/groups',
      summary: 'Change the retention of a log group; a dry run (the default) answers the plan only',
      query: dryRun,
      body: logGroupChangeBody,
      answer: removalPlanBody,
    },
    async ({ actor, query, body }) => {
      const plan = await logs.groups.planRemoval(actor, body.name, body.retentionDays);
      const applied = query.dryRun === 'false';
      if (applied) await logs.groups.setRetention(actor, body.name, body.retentionDays);
      const kept = body.retentionDays === 0 ? 'for ever' : `for ${body.retentionDays} days`;
      const removed =
        plan.rows === 0
          ? 'no stored record is older'
          : `${plan.rows} stored records are older and are removed for good`;
      return {
        applied,
        logGroup: body.name,
        ...dropUndefined(plan),
        explanation: `Records of ${body.name} are kept ${kept}; ${removed}.`,
      };
    },
  );
  addRoute(
    app,
    {
      method: 'delete',
      path: '/logs/groups',
      summary: 'Remove a log group with its records; a dry run (the default) answers the plan only',
      query: dryRun.extend({ name: z.string() }),
      answer: removalPlanBody,
    },
    async ({ actor, query }) => {
      const plan = await logs.groups.planRemoval(actor, query.name);
      const applied = query.dryRun === 'false';
      if (applied) await logs.groups.remove(actor, query.name);
      const explanation = `The group ${query.name}, its streams and ${plan.rows} records are removed for good; there is no undo.`;
      return { applied, logGroup: query.name, ...dropUndefined(plan), explanation };
    },
  );
}
