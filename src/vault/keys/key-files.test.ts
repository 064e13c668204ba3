import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createManualClock, silentLog } from '../../base/index.ts';
import { openVaultKeys, readVaultKeys, rotateVaultKey } from './key-files.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newSettings(): Promise<Parameters<typeof openVaultKeys>[0]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-keys-'));
  made.push(folder);
  return { folder: path.join(folder, 'keys'), clock: createManualClock(), log: silentLog() };
}

test('makes the first key for the owner alone, and takes it again', async () => {
  const settings = await newSettings();
  const first = await openVaultKeys(settings);
  const [name] = await readdir(settings.folder);
  expect((await stat(path.join(settings.folder, name ?? ''))).mode & 0o777).toBe(0o600);
  const again = await openVaultKeys(settings);
  expect(again.ids).toEqual(first.ids);
  expect(again.nameOf(first.activeId, 'item', 'x')).toBe(first.nameOf(first.activeId, 'item', 'x'));
});

test('a rotation seals with the new key, opens with the old, and sorts after it whatever the clock says', async () => {
  const settings = await newSettings();
  const before = await openVaultKeys(settings);
  const wrapped = before.wrap(Buffer.alloc(32, 9), 'name', Buffer.alloc(12, 1));
  const after = await rotateVaultKey({ ...settings, clock: createManualClock(5) });
  expect(after.ids).toHaveLength(2);
  expect(after.activeId).not.toBe(before.activeId);
  expect(after.unwrap(before.activeId, wrapped, 'name').equals(Buffer.alloc(32, 9))).toBe(true);
  expect(() => after.unwrap(before.activeId, wrapped, 'other')).toThrow();
});

test('reading never makes a key', async () => {
  const settings = await newSettings();
  await expect(readVaultKeys(settings)).rejects.toMatchObject({ code: 'vault.key-unreadable' });
});

test('refuses a file that is not whole or that holds another key than its name says', async () => {
  const settings = await newSettings();
  await openVaultKeys(settings);
  const file = path.join(settings.folder, (await readdir(settings.folder))[0] ?? '');
  const text = await readFile(file, 'utf8');
  for (const wrong of [text.slice(0, -5), '', text.replace(/:\d{13}/, ':1111111111111')]) {
    await writeFile(file, wrong);
    await expect(openVaultKeys(settings)).rejects.toMatchObject({ code: 'vault.key-unreadable' });
  }
});

test('narrows a key file that others could read', async () => {
  const settings = await newSettings();
  await openVaultKeys(settings);
  const file = path.join(settings.folder, (await readdir(settings.folder))[0] ?? '');
  await chmod(file, 0o644);
  await openVaultKeys(settings);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
