import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, silentLog, systemClock } from '../../src/base/index.ts';
import { createMetricStore, type MetricPoint, type MetricStore } from '../../src/metrics/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { TelemetryStore } from '../../src/telemetry/index.ts';

export interface OpenMetrics {
  readonly store: MetricStore;
  readonly telemetry: TelemetryStore;
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** A metric store over a real embedded engine in a folder of its own. */
export async function openMetrics(clock: Clock = systemClock): Promise<OpenMetrics> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-metrics-'));
  const telemetry = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
  return {
    store: createMetricStore({ telemetry, clock, log: silentLog() }),
    telemetry,
    folder,
    remove: async () => {
      await telemetry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A point of one value; `change` says what matters to the test. */
export const point = (value: number, change: Partial<MetricPoint> = {}): MetricPoint => ({
  namespace: 'Test',
  name: 'Latency',
  dimensions: {},
  unit: 'Milliseconds',
  timeMs: 0,
  sum: value,
  count: 1,
  min: value,
  max: value,
  resolutionSeconds: 60,
  ...change,
});

/** A point of several values. */
export const pointOf = (values: readonly number[], change: Partial<MetricPoint> = {}): MetricPoint => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return point(0, {
    sum: values.reduce((sum, value) => sum + value, 0),
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    values: [...counts.keys()],
    counts: [...counts.values()],
    ...change,
  });
};
