import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';
import { openPipeline, withRealTracker } from './open-pipeline.ts';

const ROUNDS = 3;

describe('kill -9 while events come in', () => {
  let folder: string;
  let postgres: ServerForTest;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-errors-kill9-'));
    postgres = await serverForTest();
  });
  afterAll(async () => {
    await postgres.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps every acknowledged event, stores none twice, and counts each exactly once', async () => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) await sendUntilKilled(25 + round * 17, acknowledged);
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 40);
    const opened = await openPipeline({ folder, url: postgres.server.url, change: withRealTracker });
    try {
      await opened.pipeline.drain();
      const { rows } = await opened.telemetry.query<{ event_id: string; hash_id: string }>({
        sql: 'SELECT event_id, hash_id FROM error_events',
      });
      const stored = new Set(rows.map(({ event_id }) => event_id));
      expect(rows.length).toBe(stored.size);
      expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
      const counted = await opened.catalog
        .db<{ issue_hashes: { id: number; times_seen: number } }>()
        .selectFrom('issue_hashes')
        .select(['id', 'times_seen'])
        .execute();
      const perHash = new Map<number, number>();
      for (const { hash_id } of rows) perHash.set(Number(hash_id), (perHash.get(Number(hash_id)) ?? 0) + 1);
      expect(new Map(counted.map((row) => [Number(row.id), Number(row.times_seen)]))).toEqual(perHash);
      expect(perHash.size).toBe(6);
    } finally {
      await opened.close();
    }
  });

  async function sendUntilKilled(acksMax: number, acknowledged: Set<string>): Promise<void> {
    const script = fileURLToPath(new URL('./pipeline-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder, postgres.server.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    let acks = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      for (const id of line.split(' ')) acknowledged.add(id);
      acks += 1;
      if (acks === acksMax) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  }
});
