import { clip } from '../../base/index.ts';
import type { MetricPoint } from '../types.ts';
import { METRICS_COLLECTORS_LIMITS } from './limits.ts';

export type CollectedUnit =
  | 'Count'
  | 'Count/Second'
  | 'Bytes'
  | 'Bytes/Second'
  | 'Seconds'
  | 'Milliseconds'
  | 'Percent'
  | 'None';

export interface Reading {
  readonly name: string;
  readonly unit: CollectedUnit;
  /** Undefined and what is not finite are left out: not known is no number. */
  readonly value: number | undefined;
  readonly dimensions?: Readonly<Record<string, string>>;
}

export interface PointList {
  readonly add: (reading: Reading) => void;
  readonly points: () => readonly MetricPoint[];
}

/** Gathers the readings of one round, all of one time and with the dimensions that all of them have. */
export function createPointList(shared: {
  readonly namespace: string;
  readonly timeMs: number;
  readonly dimensions: Readonly<Record<string, string>>;
}): PointList {
  const points: MetricPoint[] = [];
  const base = namedDimensions(shared.dimensions);
  const timeMs = Math.floor(shared.timeMs / 1000) * 1000;
  return {
    add: ({ name, unit, value, dimensions }) => {
      if (value === undefined || !Number.isFinite(value)) return;
      points.push({
        ...{ namespace: shared.namespace, name, unit, timeMs, resolutionSeconds: 1 },
        dimensions: dimensions === undefined ? base : { ...base, ...namedDimensions(dimensions) },
        ...{ sum: value, count: 1, min: value, max: value },
      });
    },
    points: () => points,
  };
}

/** Names of other people's tables and devices, made fit to be dimensions. */
const namedDimensions = (dimensions: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(dimensions).map(([name, value]) => [
      name,
      value.trim() === ''
        ? '(none)'
        : clip(value.replaceAll(/[\p{Cc}]/gu, ' '), METRICS_COLLECTORS_LIMITS.nameCharsMax),
    ]),
  );
