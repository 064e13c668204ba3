/** One source, a vault of three folders, and a stream between them, for the tests of WAL. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { parseLsn } from '../../src/backup/protocol/index.ts';
import type { BackupSource } from '../../src/backup/types.ts';
import {
  createWalArchive,
  createWalStream,
  createWalVerifier,
  type SourceStream,
  type StreamEvent,
  type StreamGap,
  type WalArchive,
} from '../../src/backup/wal/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type VaultStore, type ZoneDriver } from '../../src/vault/index.ts';
import { until } from '../harness/program.ts';
import type { TestPostgres } from './postgres.ts';

const folders: string[] = [];

export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-wal-'));
  folders.push(folder);
  return folder;
}

/** Wraps a zone's driver, so that a test can fill its disk or take it away. */
export type WrapDriver = (driver: ZoneDriver, name: string) => ZoneDriver;

export async function openTestVault(root: string, wrap: WrapDriver = (driver) => driver): Promise<VaultStore> {
  const clock = systemClock;
  const log = silentLog();
  const zones = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => ({
      name,
      failureDomain: name,
      remote: name === 'c',
      driver: wrap(await openDiskZone({ folder: path.join(root, name), clock, log }), name),
    })),
  );
  return createVault({ zones, keys: await openVaultKeys({ folder: path.join(root, 'keys'), clock, log }), clock, log });
}

export const testSource = (url: string, more: Partial<BackupSource> = {}): BackupSource => ({
  name: 'main',
  url,
  slotName: 'holdfast_main',
  heartbeat: true,
  snapshotCron: '0 3 * * *',
  timeZone: 'UTC',
  windowMs: 86_400_000,
  dailyKeptMs: 60 * 86_400_000,
  recoveryTimeObjectiveMs: 600_000,
  recoveryPointObjectiveMs: 5000,
  slotLagAlarmBytes: 1_000_000_000,
  slotLagMaxBytes: 10_000_000_000,
  throttleBytesPerSecond: 0,
  ...more,
});

export interface StreamBench {
  readonly stream: SourceStream;
  readonly archive: WalArchive;
  readonly vault: VaultStore;
  readonly events: StreamEvent[];
  readonly gaps: StreamGap[];
  readonly has: (type: StreamEvent['type']) => boolean;
  readonly close: () => Promise<void>;
}

export async function startStream(root: string, source: BackupSource, wrap?: WrapDriver): Promise<StreamBench> {
  const vault = await openTestVault(root, wrap);
  const clock = systemClock;
  const log = silentLog();
  const archive = createWalArchive({ vault, clock, log });
  await archive.load();
  const events: StreamEvent[] = [];
  const gaps: StreamGap[] = [];
  const stream = createWalStream({
    ...{ source, archive, clock, log },
    onEvent: (event) => {
      events.push(event);
      if (process.env.HOLDFAST_TEST_EVENTS === '1') console.log(event);
    },
    onGap: (gap) => void gaps.push(gap),
  });
  stream.start();
  return {
    ...{ stream, archive, vault, events, gaps },
    has: (type) => events.some((event) => event.type === type),
    close: async () => {
      await stream.stop();
      await vault.close();
    },
  };
}

export const SEGMENT = 1_048_576;
/** Small segments, so that a test of seconds fills many. */
export const SMALL_SERVER = {
  walSegmentMiB: 1,
  settings: { wal_keep_size: '0', max_wal_size: '4MB', min_wal_size: '2MB' },
};

export async function flushLsn(server: TestPostgres): Promise<bigint> {
  const rows = await server.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return parseLsn(rows[0]?.lsn ?? '');
}

export async function caughtUp(bench: StreamBench, lsn: bigint): Promise<void> {
  await until(`durable to ${lsn}`, () => (bench.stream.status().durableLsn ?? 0n) >= lsn);
}

/** What the archive holds is held to the checks of the verifier once more, and must reach `to` without a hole. */
export async function expectWhole(bench: StreamBench, to: bigint, major: number): Promise<void> {
  const stretches = await bench.archive.stretches('main');
  const last = stretches.at(-1);
  expect(stretches.filter(({ timeline }) => timeline === last?.timeline)).toHaveLength(1);
  if (last === undefined) throw new Error('there is no stretch');
  expect(last.toLsn).toBeGreaterThanOrEqual(to);
  const timelines = await bench.archive.timelines('main');
  const history = timelines.find(({ timeline }) => timeline === last.timeline);
  const verifier = createWalVerifier({
    ...{ timeline: last.timeline, walSegmentBytes: SEGMENT, systemId: last.systemId, majorVersion: major },
    ...{ from: last.fromLsn, ...(history === undefined ? {} : { history }) },
  });
  let verifiedTo = 0n;
  for (let lsn = last.fromLsn; lsn < last.toLsn; lsn += BigInt(SEGMENT)) {
    const bytes = await bench.archive.segment('main', last.timeline, lsn / BigInt(SEGMENT), SEGMENT);
    if (bytes === undefined) throw new Error('a segment is missing');
    const known = last.toLsn - lsn < BigInt(SEGMENT) ? bytes.subarray(0, Number(last.toLsn - lsn)) : bytes;
    verifiedTo = verifier.push(known).verifiedTo;
  }
  expect(verifiedTo).toBeGreaterThanOrEqual(to);
}
