import type { Actor, Authorize } from '../../access/index.ts';
import type { Audit, AuditEntry } from '../../audit/index.ts';
import { type Clock, Failure, isFailure, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import {
  extractedValues,
  type LogGroup,
  type LogGroupVerbs,
  matchesFilterPattern,
  parseFilterPattern,
} from '../../logs/index.ts';
import type { MetricStore } from '../types.ts';
import { compileFilter } from './compile-filter.ts';
import { METRICS_FILTERS_FAILURES } from './failures.ts';
import { createFilterTable, type FilterTable } from './filter-table.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import { pageOf } from './page.ts';
import { createPointOutbox } from './point-outbox.ts';
import type { MetricFilter, MetricFilters } from './types.ts';
import { watchStream } from './watch-stream.ts';

export interface MetricFiltersDeps {
  readonly catalog: Catalog;
  readonly groups: Pick<LogGroupVerbs, 'get'>;
  readonly store: Pick<MetricStore, 'append'>;
  readonly authorize: Authorize;
  /** Whether the actor may read the records of a group: access's own answer, without an audit record. */
  readonly canRead: (actor: Actor, logGroup: string) => boolean;
  readonly audit: Pick<Audit, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the filters that the catalog has and listens to the stream from then on. */
export async function createMetricFilters(deps: MetricFiltersDeps): Promise<MetricFilters> {
  const { clock, log } = deps;
  const table = await createFilterTable(deps.catalog, log);
  const outbox = createPointOutbox({ store: deps.store, clock, log });
  const watch = watchStream({
    filtersOf: table.activeOf,
    withDefault: table.withDefault,
    switchOff: async (filter) => {
      const { logGroup, name } = filter.compiled.filter;
      log.warn({ logGroup, filter: name }, 'a metric filter was switched off: its dimensions took too many values');
      await table.disable(filter, Math.floor(clock.nowMs()));
    },
    outbox,
    clock,
    log,
  });
  return {
    ...createVerbs(deps, table),
    count: table.count,
    onStored: watch.onStored,
    status: () => ({ ...table.status(), points: watch.points(), lost: outbox.lost(), held: outbox.held() }),
    close: async () => {
      await watch.close();
      await outbox.close();
    },
  };
}

type Verbs = Pick<MetricFilters, 'put' | 'list' | 'remove' | 'test'>;

function createVerbs(deps: MetricFiltersDeps, table: FilterTable): Verbs {
  const { authorize, groups, clock } = deps;
  return {
    put: async (actor, { logGroup, name, pattern, transformation }) => {
      await authorize(actor, 'logs:Manage', { type: 'log-group', name: logGroup });
      const group = await groups.get(actor, logGroup);
      const filter: MetricFilter = { logGroup, name, pattern, transformation, createdMs: Math.floor(clock.nowMs()) };
      const compiled = compileFilter(filter);
      const call = { actor, eventName: 'PutMetricFilter', logGroup, parameters: { filterName: name, pattern } };
      await audited(deps, call, () => table.put(group, compiled));
    },
    remove: async (actor, { logGroup, name }) => {
      await authorize(actor, 'logs:Manage', { type: 'log-group', name: logGroup });
      const group = await groups.get(actor, logGroup);
      const call = { actor, eventName: 'DeleteMetricFilter', logGroup, parameters: { filterName: name } };
      await audited(deps, call, async () => {
        if (!(await table.remove(group, name)))
          throw new Failure(METRICS_FILTERS_FAILURES.notFound, { logGroup, name });
      });
    },
    list: async (actor, asked) => {
      const visible = await visibleFilters(deps, table, actor, asked.logGroup);
      const { prefix = '', metricName, metricNamespace } = asked;
      const wanted = visible.filter(
        ({ name, transformation }) =>
          name.startsWith(prefix) &&
          (metricName === undefined || transformation.metricName === metricName) &&
          (metricNamespace === undefined || transformation.metricNamespace === metricNamespace),
      );
      return pageOf(wanted, asked);
    },
    test: async (actor, { pattern: source, messages }) => {
      await authorize(actor, 'logs:Describe', { type: 'log-group', name: '*' });
      if (messages.length > METRICS_FILTERS_LIMITS.testMessages) {
        const reason = `there are more than ${METRICS_FILTERS_LIMITS.testMessages}`;
        throw new Failure(METRICS_FILTERS_FAILURES.invalid, { parameter: 'logEventMessages', reason });
      }
      const pattern = parseFilterPattern(source);
      return messages.flatMap((eventMessage, index) =>
        matchesFilterPattern(pattern, eventMessage)
          ? [{ eventNumber: index + 1, eventMessage, extractedValues: extractedValues(pattern, eventMessage) }]
          : [],
      );
    },
  };
}

async function visibleFilters(
  { authorize, groups, canRead }: MetricFiltersDeps,
  table: FilterTable,
  actor: Actor,
  logGroup: string | undefined,
): Promise<readonly MetricFilter[]> {
  if (logGroup !== undefined) return table.of(await groups.get(actor, logGroup));
  await authorize(actor, 'logs:Describe', { type: 'log-group', name: '*' });
  const found: MetricFilter[] = [];
  for (const name of table.groupNames()) {
    if (!canRead(actor, name)) continue;
    const group = await groupOrUndefined(groups, actor, name);
    if (group !== undefined) found.push(...table.of(group));
  }
  return found;
}

/** A group that is gone leaves its filters behind until one of that name is made again; they mean nothing. */
async function groupOrUndefined(
  groups: Pick<LogGroupVerbs, 'get'>,
  actor: Actor,
  name: string,
): Promise<LogGroup | undefined> {
  try {
    return await groups.get(actor, name);
  } catch (error) {
    if (isFailure(error) && (error.code === 'logs.group-not-found' || error.code === 'logs.being-removed')) {
      return undefined;
    }
    throw error;
  }
}

/** Does a change and records that it was done or why it failed, before the caller gets an answer. */
async function audited(
  { audit }: MetricFiltersDeps,
  call: {
    readonly actor: Actor;
    readonly eventName: string;
    readonly logGroup: string;
    readonly parameters: Readonly<Record<string, unknown>>;
  },
  change: () => Promise<void>,
): Promise<void> {
  const { actor } = call;
  const entry: AuditEntry = {
    identity: {
      type: actor.type,
      id: actor.id,
      name: actor.name,
      sourceIp: actor.sourceIp,
      userAgent: actor.userAgent,
      ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
    },
    source: 'logs',
    eventName: call.eventName,
    readOnly: false,
    requestParameters: call.parameters,
    resources: [{ type: 'log-group', name: call.logGroup }],
  };
  try {
    await change();
  } catch (error) {
    const errorCode = isFailure(error) ? error.code : 'bug';
    await audit.record({ ...entry, errorCode, errorMessage: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  await audit.record(entry);
}
