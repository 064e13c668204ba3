import { type Clock, Failure } from '../../base/index.ts';
import { METRIC_SERIES, type TelemetryStore } from '../../telemetry/index.ts';
import type { MetricIdentity, MetricStore } from '../types.ts';
import { METRICS_STORE_FAILURES } from './failures.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';

interface SeriesFound {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Metrics with points of the last two weeks, in the order of namespace and name; a page ends where the next begins. */
export function createListMetrics(deps: {
  readonly telemetry: Pick<TelemetryStore, 'query'>;
  readonly clock: Clock;
}): Pick<MetricStore, 'listMetrics' | 'namespaces'> {
  const sinceMs = (recentlyActive: boolean): number => {
    const { seriesLiveMs, seriesRefreshMs, seriesListedMs } = METRICS_STORE_LIMITS;
    // The time is written again once an hour, so a series that is live may look that much older.
    return deps.clock.nowMs() - (recentlyActive ? seriesLiveMs : seriesListedMs) - seriesRefreshMs;
  };
  return {
    namespaces: async () => {
      const { rows } = await deps.telemetry.query<{ readonly namespace: string }>({
        sql:
          `SELECT DISTINCT namespace FROM ${METRIC_SERIES.name} ` +
          "WHERE last_seen >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') ORDER BY namespace",
        params: { since: Math.trunc(sinceMs(false)) },
        timeoutMs: METRICS_STORE_LIMITS.queryTimeoutMs,
      });
      return rows.map(({ namespace }) => namespace);
    },
    listMetrics: async (request) => {
      const limit = Math.max(1, Math.min(request.limit, METRICS_STORE_LIMITS.listLimitMax));
      const { conditions, params } = conditionsOf(request);
      const { rows } = await deps.telemetry.query<SeriesFound>({
        sql:
          'SELECT namespace, name, toString(metric) AS id, unit, any(dimensions) AS dimensions FROM (' +
          `SELECT namespace, name, metric, unit, dimensions FROM ${METRIC_SERIES.name} ` +
          `WHERE last_seen >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')${conditions}) ` +
          'GROUP BY namespace, name, metric, unit ORDER BY namespace, name, metric, unit LIMIT {limit:UInt32}',
        params: { ...params, since: Math.trunc(sinceMs(request.recentlyActive === true)), limit: limit + 1 },
        timeoutMs: METRICS_STORE_LIMITS.queryTimeoutMs,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        metrics: page.map(identityOf),
        ...(rows.length > limit && last !== undefined ? { next: tokenOf(last) } : {}),
      };
    },
  };
}

const identityOf = ({ namespace, name, dimensions, unit }: SeriesFound): MetricIdentity => ({
  namespace,
  name,
  dimensions,
  unit,
});

function conditionsOf(request: Parameters<MetricStore['listMetrics']>[0]): {
  readonly conditions: string;
  readonly params: Readonly<Record<string, unknown>>;
} {
  const conditions: string[] = [];
  const params: Record<string, unknown> = {};
  const add = (condition: string, values: Readonly<Record<string, unknown>>): void => {
    conditions.push(` AND ${condition}`);
    Object.assign(params, values);
  };
  if (request.namespace !== undefined) add('namespace = {namespace:String}', { namespace: request.namespace });
  if (request.name !== undefined) add('name = {name:String}', { name: request.name });
  for (const [index, { name, value }] of (request.dimensions ?? []).entries()) {
    add(`mapContains(dimensions, {key${index}:String})`, { [`key${index}`]: name });
    if (value !== undefined) {
      add(`dimensions[{key${index}:String}] = {value${index}:String}`, { [`value${index}`]: value });
    }
  }
  if (request.after !== undefined) {
    const [afterNamespace, afterName, afterMetric, afterUnit] = readToken(request.after);
    add(
      '(namespace, name, metric, unit) > ({afterNamespace:String}, {afterName:String}, {afterMetric:UInt64}, {afterUnit:String})',
      { afterNamespace, afterName, afterMetric, afterUnit },
    );
  }
  return { conditions: conditions.join(''), params };
}

const tokenOf = ({ namespace, name, id, unit }: SeriesFound): string =>
  Buffer.from(JSON.stringify([namespace, name, id, unit])).toString('base64url');

function readToken(token: string): readonly [string, string, string, string] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string')) {
      const [namespace, name, metric, unit] = parts as [string, string, string, string];
      if (/^\d{1,20}$/.test(metric)) return [namespace, name, metric, unit];
    }
  } catch {
    // Refused below, like every other text that is no token.
  }
  throw new Failure(METRICS_STORE_FAILURES.pageTokenInvalid);
}
