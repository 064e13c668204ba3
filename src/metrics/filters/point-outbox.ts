import { type Clock, isFailure, type Log } from '../../base/index.ts';
import { whyPointInvalid } from '../store/index.ts';
import type { MetricPoint, MetricStore } from '../types.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';

/**
 * Between the stream of logs and the store of points. The records of these points are already stored and must be
 * acknowledged, so a store that takes no points now makes them wait here, and this is the one layer that offers them
 * again. A crash loses what is held; past the limit the newest are lost, and counted.
 */
export interface PointOutbox {
  /** Resolves when the points are durable or held; never rejects. */
  readonly push: (points: readonly MetricPoint[]) => Promise<void>;
  readonly lost: () => number;
  readonly held: () => number;
  /** Offers what is held once more. */
  readonly close: () => Promise<void>;
}

export interface PointOutboxDeps {
  readonly store: Pick<MetricStore, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createPointOutbox({ store, clock, log }: PointOutboxDeps): PointOutbox {
  let held: MetricPoint[] = [];
  let lost = 0;
  let retrying: Promise<void> | undefined;
  const stop = new AbortController();

  const lose = (count: number, reason: string): void => {
    lost += count;
    log.error({ points: count, reason }, 'points of metric filters were lost');
  };
  /** The points that were not taken but may be later. */
  const offer = async (points: readonly MetricPoint[]): Promise<readonly MetricPoint[]> => {
    const left: MetricPoint[] = [];
    for (let from = 0; from < points.length; from += METRICS_FILTERS_LIMITS.pointsPerAppend) {
      const part = points.slice(from, from + METRICS_FILTERS_LIMITS.pointsPerAppend);
      try {
        await store.append(part);
      } catch (error) {
        if (isFailure(error) && error.retryable) left.push(...part);
        else lose(part.length, error instanceof Error ? error.message : String(error));
      }
    }
    return left;
  };
  const hold = (points: readonly MetricPoint[]): void => {
    const room = METRICS_FILTERS_LIMITS.pointsHeld - held.length;
    if (points.length > room) lose(points.length - room, 'the store takes none, and no more can be held');
    held = held.concat(points.slice(0, room));
  };
  const retry = async (): Promise<void> => {
    while (held.length > 0 && !stop.signal.aborted) {
      await clock.sleep(METRICS_FILTERS_LIMITS.retryMs, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      const points = held;
      held = [];
      hold(await offer(points));
    }
  };
  return {
    push: async (points) => {
      const nowMs = clock.nowMs();
      const valid = points.filter((point) => whyPointInvalid(point, nowMs) === undefined);
      const left = valid.length === 0 ? [] : await offer(valid);
      if (left.length === 0) return;
      hold(left);
      retrying ??= retry().finally(() => {
        retrying = undefined;
      });
    },
    lost: () => lost,
    held: () => held.length,
    close: async () => {
      stop.abort();
      await retrying;
      const left = await offer(held);
      held = [];
      if (left.length > 0) lose(left.length, 'the program ends while the store takes none');
    },
  };
}
