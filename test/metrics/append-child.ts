import { silentLog, systemClock } from '../../src/base/index.ts';
import { createMetricStore } from '../../src/metrics/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { point } from './open-metrics.ts';

/**
 * Appends points of one series a call with several calls under way, and prints the series once it is acknowledged. Runs
 * until it is killed. Arguments: folder, prefix of the series, time of the points.
 */
const [, , folder = '', prefix = '', time = ''] = process.argv;
const telemetry = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
const store = createMetricStore({ telemetry, clock: systemClock, log: silentLog() });
let next = 0;

async function appendForEver(): Promise<never> {
  for (;;) {
    const series = `${prefix}-${next}`;
    const size = 1 + (next % 50);
    next += 1;
    await store.append(
      Array.from({ length: size }, (_, index) =>
        point(1, { name: 'killed', dimensions: { series }, timeMs: Number(time) + (index % 7) * 1000 }),
      ),
    );
    process.stdout.write(`${series} ${size}\n`);
  }
}

await Promise.all([0, 1, 2, 3, 4, 5].map(appendForEver));
