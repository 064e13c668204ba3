import type { MetricPoint } from '../types.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';

export interface Sample {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly timeMs: number;
  readonly resolutionSeconds: 1 | 60;
  readonly value: number;
}

/**
 * Joins the samples of one request into points: one for each metric and minute (or second, where that was asked for),
 * with every value and how often it occurred. Thousands of records become a handful of rows.
 */
export interface PointGatherer {
  /** `key` tells the metric from others; callers make it cheaply from what they know to be different. */
  readonly add: (key: string, sample: Sample) => void;
  readonly points: () => readonly MetricPoint[];
}

interface Gathered {
  readonly sample: Sample;
  readonly timeMs: number;
  readonly amounts: Map<number, number>;
}

export function createPointGatherer(): PointGatherer {
  const open = new Map<string, Gathered>();
  const full: Gathered[] = [];
  return {
    add: (key, sample) => {
      const stepMs = sample.resolutionSeconds * 1000;
      const timeMs = Math.floor(sample.timeMs / stepMs) * stepMs;
      const place = `${key}\n${sample.resolutionSeconds}\n${timeMs}`;
      let gathered = open.get(place);
      const value = sample.value === 0 ? 0 : sample.value;
      if (gathered === undefined || isFull(gathered, value)) {
        if (gathered !== undefined) full.push(gathered);
        gathered = { sample, timeMs, amounts: new Map() };
        open.set(place, gathered);
      }
      gathered.amounts.set(value, (gathered.amounts.get(value) ?? 0) + 1);
    },
    points: () => [...full, ...open.values()].map(pointOf),
  };
}

const isFull = ({ amounts }: Gathered, value: number): boolean =>
  amounts.size >= METRICS_FILTERS_LIMITS.valuesPerPoint && !amounts.has(value);

function pointOf({ sample, timeMs, amounts }: Gathered): MetricPoint {
  const { namespace, name, dimensions, unit, resolutionSeconds } = sample;
  const values = [...amounts.keys()];
  const counts = [...amounts.values()];
  return {
    namespace,
    name,
    dimensions,
    unit,
    timeMs,
    resolutionSeconds,
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0),
    count: counts.reduce((sum, count) => sum + count, 0),
    min: values.reduce((least, value) => Math.min(least, value)),
    max: values.reduce((most, value) => Math.max(most, value)),
    values,
    counts,
  };
}
