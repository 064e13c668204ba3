import type { Clock, Log } from '../../base/index.ts';
import type { LogGroup } from '../../logs/index.ts';
import type { MetricPoint } from '../types.ts';
import { type ActiveFilter, applyToRow } from './apply-filters.ts';
import { createPointGatherer } from './gather-points.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import type { PointOutbox } from './point-outbox.ts';
import type { StoredBatch } from './types.ts';

export interface StreamWatchDeps {
  readonly filtersOf: (group: LogGroup) => readonly ActiveFilter[];
  /** Every active filter that gives a default value. */
  readonly withDefault: () => readonly ActiveFilter[];
  readonly switchOff: (filter: ActiveFilter) => Promise<void>;
  readonly outbox: PointOutbox;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StreamWatch {
  readonly onStored: (batches: readonly StoredBatch[]) => Promise<void>;
  /** Points made since start. */
  readonly points: () => number;
  readonly close: () => Promise<void>;
}

/** Turns stored rows into points, and gives default values for minutes in which nothing matched. */
export function watchStream(deps: StreamWatchDeps): StreamWatch {
  const { outbox, clock, log } = deps;
  let made = 0;
  const stop = new AbortController();
  const push = (points: readonly MetricPoint[]): Promise<void> => {
    made += points.length;
    return outbox.push(points);
  };
  const giveDefaults = async (everyone: boolean): Promise<void> => {
    const nowMs = clock.nowMs();
    const due = deps
      .withDefault()
      .flatMap((filter) => endedMinute(filter, everyone ? Number.POSITIVE_INFINITY : nowMs));
    if (due.length > 0) await push(due);
  };
  const ticking = tick(clock, stop.signal, () => giveDefaults(false));
  return {
    points: () => made,
    onStored: async (batches) => {
      try {
        await push(await pointsOf(batches, deps));
      } catch (error) {
        // The rows are stored: a defect here must not make their sender send them again.
        log.error({ err: error }, 'metric filters failed on stored records');
      }
    },
    close: async () => {
      stop.abort();
      await ticking;
      await giveDefaults(true);
    },
  };
}

async function pointsOf(batches: readonly StoredBatch[], deps: StreamWatchDeps): Promise<readonly MetricPoint[]> {
  const gatherer = createPointGatherer();
  const nowMs = deps.clock.nowMs();
  let rows = 0;
  const ended: MetricPoint[] = [];
  for (const batch of batches) {
    let filters = deps.filtersOf(batch.group);
    if (batch.rows.length > 0) ended.push(...filters.flatMap((filter) => beginMinute(filter, nowMs)));
    for (const row of batch.rows) {
      rows += 1;
      if (filters.length > 0 && rows % METRICS_FILTERS_LIMITS.sliceRows === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const overflowing = applyToRow(row, filters, { gatherer, nowMs });
      if (overflowing.length === 0) continue;
      filters = filters.filter((filter) => !overflowing.includes(filter));
      for (const filter of overflowing) await deps.switchOff(filter);
    }
  }
  return [...ended, ...gatherer.points()];
}

/** Notes that records came in this minute; gives the default of the minute before when that had no match. */
function beginMinute(filter: ActiveFilter, nowMs: number): readonly MetricPoint[] {
  if (filter.compiled.filter.transformation.defaultValue === undefined) return [];
  const startMs = Math.floor(nowMs / METRICS_FILTERS_LIMITS.minuteMs) * METRICS_FILTERS_LIMITS.minuteMs;
  const before = filter.minute;
  if (before?.startMs === startMs) return [];
  filter.minute = { startMs, isMatched: false };
  return defaultOf(filter, before);
}

/** The default of a filter whose last minute with records is over. */
function endedMinute(filter: ActiveFilter, nowMs: number): readonly MetricPoint[] {
  const { minute } = filter;
  const endMs = (minute?.startMs ?? 0) + METRICS_FILTERS_LIMITS.minuteMs + METRICS_FILTERS_LIMITS.defaultAfterMs;
  if (minute === undefined || nowMs < endMs) return [];
  filter.minute = undefined;
  return defaultOf(filter, minute);
}

function defaultOf({ compiled }: ActiveFilter, minute: ActiveFilter['minute']): readonly MetricPoint[] {
  const { metricNamespace: namespace, metricName: name, defaultValue: value } = compiled.filter.transformation;
  if (minute === undefined || minute.isMatched || value === undefined) return [];
  const statistics = { sum: value, count: 1, min: value, max: value, values: [value], counts: [1] };
  const identity = { namespace, name, dimensions: {}, unit: compiled.unit };
  return [{ ...identity, timeMs: minute.startMs, resolutionSeconds: 60, ...statistics }];
}

/** Runs a while after the end of each minute, until aborted. */
async function tick(clock: Clock, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  const { minuteMs, defaultAfterMs } = METRICS_FILTERS_LIMITS;
  while (!signal.aborted) {
    const intoMs = (clock.nowMs() - defaultAfterMs) % minuteMs;
    await clock.sleep(minuteMs - intoMs, signal).catch(() => undefined);
    if (!signal.aborted) await run();
  }
}
