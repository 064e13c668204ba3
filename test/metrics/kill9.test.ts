import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, silentLog, systemClock } from '../../src/base/index.ts';
import { createMetricStore, type MetricQuery } from '../../src/metrics/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';

const ROUNDS = 3;

describe('kill -9 while points come in', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-metrics-kill9-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps every acknowledged point once, in the points, in each roll-up, and by its name', async () => {
    const timeMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS;
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await appendUntilKilled({ prefix: `r${round}`, timeMs, after: 15 + round * 20 }, acknowledged);
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 25);
    const telemetry = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
    try {
      const store = createMetricStore({ telemetry, clock: systemClock, log: silentLog() });
      const series = [...acknowledged.keys()];
      for (const periodSeconds of [1, 60, 300, 3600]) {
        const queries = series.map((one, index): MetricQuery => {
          const metric = { namespace: 'Test', name: 'killed', dimensions: { series: one } };
          return { id: `m${index}`, type: 'metric', metric, statistic: 'Sum', periodSeconds, returnData: true };
        });
        const answer = await store.query({ queries, fromMs: timeMs, toMs: timeMs + MINUTE_MS });
        const sums = answer.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
        expect(sums).toEqual(series.map((one) => acknowledged.get(one)));
      }
      const listed = new Set<string>();
      let after: string | undefined;
      do {
        const page = await store.listMetrics({
          name: 'killed',
          limit: 1000,
          ...(after === undefined ? {} : { after }),
        });
        for (const { dimensions } of page.metrics) listed.add(dimensions.series ?? '');
        after = page.next;
      } while (after !== undefined);
      expect(series.filter((one) => !listed.has(one))).toEqual([]);
    } finally {
      await telemetry.close();
    }
  });

  async function appendUntilKilled(
    run: { readonly prefix: string; readonly timeMs: number; readonly after: number },
    acknowledged: Map<string, number>,
  ): Promise<void> {
    const script = fileURLToPath(new URL('./append-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder, run.prefix, String(run.timeMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    let acks = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [series = '', size = '0'] = line.split(' ');
      acknowledged.set(series, Number(size));
      acks += 1;
      if (acks === run.after) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  }
});
