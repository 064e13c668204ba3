import { chmod, link, mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createManualClock, silentLog } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { objectPath } from '../../src/vault/drivers/disk/object-path.ts';
import { VAULT_FAILURES } from '../../src/vault/index.ts';
import { type DriverHarness, driverContract } from './driver-contract.ts';

const made: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-zone-'));
  made.push(folder);
  return folder;
}
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

async function flipBit(file: string, offset: number): Promise<void> {
  await chmod(file, 0o600);
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  await handle.write(byte, 0, 1, offset);
  await handle.close();
}

async function harness(): Promise<DriverHarness> {
  const folder = await newFolder();
  const clock = createManualClock(Date.now());
  const openZone = (): ReturnType<typeof openDiskZone> => openDiskZone({ folder, clock, log: silentLog() });
  return {
    driver: await openZone(),
    nowMs: clock.nowMs,
    passMs: (ms) => clock.advance(ms),
    shortLockMs: 1000,
    flipBit: (name) => flipBit(path.join(folder, objectPath(name).file), 5000),
    plantStranger: async () => {
      const name = 'contract/stranger';
      const at = objectPath(name);
      await mkdir(path.join(folder, at.folder), { recursive: true });
      await writeFile(path.join(folder, at.file), 'x');
      return name;
    },
    reopen: openZone,
    listedObjects: 1500,
    close: async () => undefined,
  };
}

driverContract('disk', harness);

const HOUR = 3_600_000;
const SHA_OF_X = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';

test('files of objects are read-only, and drafts of a crash are removed at the next open', async () => {
  const folder = await newFolder();
  const clock = createManualClock();
  const driver = await openDiskZone({ folder, clock, log: silentLog() });
  await driver.put({ name: 'a/b', bytes: Buffer.from('x'), sha256: SHA_OF_X, retainUntilMs: clock.nowMs() + HOUR });
  expect((await stat(path.join(folder, objectPath('a/b').file))).mode & 0o777).toBe(0o444);
  await writeFile(path.join(folder, 'drafts', 'left'), 'half of an object');
  const again = await openDiskZone({ folder, clock, log: silentLog() });
  expect(Buffer.from(await again.get('a/b')).toString()).toBe('x');
  expect(await readdir(path.join(folder, 'drafts'))).toEqual([]);
  expect(Buffer.from(await driver.get('a/b')).toString()).toBe('x');
});

test('a damaged lock file keeps the object locked and is mended', async () => {
  const folder = await newFolder();
  const clock = createManualClock();
  const driver = await openDiskZone({ folder, clock, log: silentLog() });
  const object = { name: 'a/b', bytes: Buffer.from('x'), sha256: SHA_OF_X, retainUntilMs: clock.nowMs() + HOUR };
  await driver.put(object);
  await driver.extend('a/b', clock.nowMs() + 2 * HOUR);
  await flipBit(path.join(folder, objectPath('a/b').lockFile), 22);
  await clock.advance(3 * HOUR);
  await expect(driver.head('a/b')).rejects.toMatchObject({ code: VAULT_FAILURES.objectDamaged.code });
  await expect(driver.remove('a/b', clock.nowMs())).rejects.toMatchObject({ code: VAULT_FAILURES.locked.code });
  const mended = await driver.mend({ ...object, retainUntilMs: clock.nowMs() + HOUR });
  expect(mended.retainUntilMs).toBe(clock.nowMs() + HOUR);
});

test('an object file under another name is damage, not that other object', async () => {
  const folder = await newFolder();
  const clock = createManualClock();
  const driver = await openDiskZone({ folder, clock, log: silentLog() });
  await driver.put({ name: 'a/bc', bytes: Buffer.from('x'), sha256: SHA_OF_X, retainUntilMs: clock.nowMs() + HOUR });
  await link(path.join(folder, objectPath('a/bc').file), path.join(folder, objectPath('a/bcd').file));
  await expect(driver.get('a/bcd')).rejects.toMatchObject({ code: VAULT_FAILURES.objectDamaged.code });
});

test('a zone whose folder is gone is away, not empty, and is not made again by a write', async () => {
  const folder = await newFolder();
  const clock = createManualClock();
  const driver = await openDiskZone({ folder, clock, log: silentLog() });
  expect(await driver.head('a/b')).toBeUndefined();
  await rm(folder, { recursive: true });
  const object = { name: 'a/b', bytes: Buffer.from('x'), sha256: SHA_OF_X, retainUntilMs: clock.nowMs() + HOUR };
  await expect(driver.put(object)).rejects.toMatchObject({ code: VAULT_FAILURES.zoneAway.code });
  const listing = driver.list('')[Symbol.asyncIterator]();
  await expect(listing.next()).rejects.toMatchObject({ code: VAULT_FAILURES.zoneAway.code });
  const unmounted = await openDiskZone({ folder, clock, log: silentLog(), create: false });
  await expect(unmounted.put(object)).rejects.toMatchObject({ code: VAULT_FAILURES.zoneAway.code });
  await expect(unmounted.head('a/b')).rejects.toMatchObject({ code: VAULT_FAILURES.zoneAway.code });
});
