/** One source, a vault of three folders, and a stream between them, for the tests of WAL. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { BackupSource } from '../../src/backup/types.ts';
import {
  createWalArchive,
  createWalStream,
  type SourceStream,
  type StreamEvent,
  type StreamGap,
  type WalArchive,
} from '../../src/backup/wal/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type VaultStore, type ZoneDriver } from '../../src/vault/index.ts';

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
