import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';

const ROUNDS = 8;

describe('kill -9 under load', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-kill9-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it(`keeps every acknowledged row exactly once over ${ROUNDS} kills`, { timeout: 240_000 }, async () => {
    const acknowledged: { readonly prefix: string; readonly first: number; readonly size: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const prefix = `r${round}`;
      // Killed after a different number of acknowledgements each time: in the middle of whatever is under way.
      const acks = await appendUntilKilled(folder, prefix, 20 + round * 17);
      acknowledged.push(...acks.map((ack) => ({ prefix, ...ack })));
    }
    const store = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
    try {
      const found = await store.query<{ id: string; n: string }>({
        sql: 'SELECT event_id AS id, count() AS n FROM logs GROUP BY id',
      });
      const counts = new Map(found.rows.map((one) => [one.id, Number(one.n)]));
      const ids = acknowledged.flatMap(({ prefix, first, size }) =>
        Array.from({ length: size }, (_, index) => `${prefix}-${first + index}`),
      );
      expect(new Set(acknowledged.map((one) => one.prefix)).size).toBe(ROUNDS);
      expect(ids.length).toBeGreaterThan(ROUNDS * 1000);
      expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([]);
      // Rows that were not acknowledged may be there too, but never twice.
      expect([...counts.values()].filter((count) => count !== 1)).toEqual([]);
    } finally {
      await store.close();
    }
  });
});

async function appendUntilKilled(
  folder: string,
  prefix: string,
  acksBeforeKill: number,
): Promise<readonly { readonly first: number; readonly size: number }[]> {
  const script = fileURLToPath(new URL('./append-child.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, folder, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const acks: { readonly first: number; readonly size: number }[] = [];
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const [first = 0, size = 0] = line.split(' ').map(Number);
    acks.push({ first, size });
    if (acks.length === acksBeforeKill) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return acks;
}
