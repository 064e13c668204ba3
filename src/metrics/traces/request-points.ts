import type { MetricPoint, SpanRow } from '../types.ts';
import { METRICS_TRACES_LIMITS } from './limits.ts';
import { isError, isRequest, routeOf } from './route-of.ts';

/** The namespace of the metrics that are made of spans. */
export const REQUESTS_NAMESPACE = 'Holdfast/Requests';
const OTHER = '(other)';
const NS_PER_MS = 1e6;

/**
 * Makes metrics of requests: `Requests` and `Errors` (counts, errors also when there are none, so that their quotient
 * is the error rate) and `Duration` (milliseconds, with all values), each by service and by service and route.
 * Remembers which routes a service has, so that names with ids in them cannot make series without end.
 */
export function createRequestPoints(): (spans: readonly SpanRow[]) => readonly MetricPoint[] {
  const routes = new Map<string, Set<string>>();
  const boundedRoute = (service: string, route: string): string => {
    let known = routes.get(service);
    if (known === undefined) {
      if (routes.size >= METRICS_TRACES_LIMITS.servicesMax) return OTHER;
      known = new Set();
      routes.set(service, known);
    }
    if (known.has(route)) return route;
    if (known.size >= METRICS_TRACES_LIMITS.routesPerServiceMax) return OTHER;
    known.add(route);
    return route;
  };
  return (spans) => {
    const groups = new Map<string, Group>();
    for (const span of spans) {
      if (!isRequest(span)) continue;
      const service = clip(span.service === '' ? 'unknown_service' : span.service);
      const route = boundedRoute(service, clip(routeOf(span) || OTHER));
      // The end of the work is when it was known how long it took.
      const timeMs = Math.floor(Number((span.timeNs + span.durationNs) / 1_000_000_000n)) * 1000;
      const durationMs = Number(span.durationNs) / NS_PER_MS;
      const error = isError(span);
      for (const dimensions of [{ service }, { service, route }]) {
        const group = groupOf(groups, { timeMs, dimensions });
        group.requests += 1;
        if (error) group.errors += 1;
        group.durations.set(durationMs, (group.durations.get(durationMs) ?? 0) + 1);
      }
    }
    return [...groups.values()].flatMap(pointsOf);
  };
}

const clip = (text: string): string => text.slice(0, 1024);

interface Group {
  readonly timeMs: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly durations: Map<number, number>;
  requests: number;
  errors: number;
}

function groupOf(groups: Map<string, Group>, of: Pick<Group, 'timeMs' | 'dimensions'>): Group {
  const key = JSON.stringify([of.timeMs, of.dimensions]);
  const known = groups.get(key);
  if (known !== undefined) return known;
  const fresh = { ...of, durations: new Map<number, number>(), requests: 0, errors: 0 };
  groups.set(key, fresh);
  return fresh;
}

function pointsOf(group: Group): readonly MetricPoint[] {
  const { timeMs, dimensions } = group;
  const base = { namespace: REQUESTS_NAMESPACE, dimensions, timeMs, resolutionSeconds: 1 } as const;
  const single = (name: string, value: number): MetricPoint => ({
    ...base,
    name,
    unit: 'Count',
    sum: value,
    count: 1,
    min: value,
    max: value,
  });
  return [single('Requests', group.requests), single('Errors', group.errors), ...durationPoints(group, base)];
}

function durationPoints(
  { durations }: Group,
  base: Pick<MetricPoint, 'namespace' | 'dimensions' | 'timeMs' | 'resolutionSeconds'>,
): readonly MetricPoint[] {
  const all = [...durations].sort(([a], [b]) => a - b);
  const points: MetricPoint[] = [];
  for (let start = 0; start < all.length; start += METRICS_TRACES_LIMITS.valuesPerPointMax) {
    const part = all.slice(start, start + METRICS_TRACES_LIMITS.valuesPerPointMax);
    points.push({
      ...base,
      name: 'Duration',
      unit: 'Milliseconds',
      sum: part.reduce((sum, [value, count]) => sum + value * count, 0),
      count: part.reduce((sum, [, count]) => sum + count, 0),
      min: part[0]?.[0] ?? 0,
      max: part.at(-1)?.[0] ?? 0,
      values: part.map(([value]) => value),
      counts: part.map(([, count]) => count),
    });
  }
  return points;
}
