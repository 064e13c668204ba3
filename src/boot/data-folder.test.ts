import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeDataFolder } from './data-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a new folder is made, marked, and known again at the next start', async () => {
  const first = await takeDataFolder(path.join(folder, 'a', 'data'));
  expect(first.isNew).toBe(true);
  await first.release();
  const second = await takeDataFolder(path.join(folder, 'a', 'data'));
  expect(second).toMatchObject({ isNew: false, installationId: first.installationId });
});

test('a folder that a living process holds is refused, and the lock of a dead one is taken over', async () => {
  const held = await takeDataFolder(folder);
  await expect(takeDataFolder(folder)).rejects.toMatchObject({ code: 'boot.folder-in-use' });
  await held.release();
  await writeFile(path.join(folder, 'holdfast.lock'), JSON.stringify({ pid: 4_194_303, startedTicks: '1' }));
  await (await takeDataFolder(folder)).release();
  // The pid lives, but it is another process that came to the same number later.
  await writeFile(path.join(folder, 'holdfast.lock'), JSON.stringify({ pid: process.pid, startedTicks: '1' }));
  await takeDataFolder(folder);
});

test('a folder of a newer version, of a torn marker, or of something else is refused', async () => {
  await (await takeDataFolder(folder)).release();
  const marker = path.join(folder, 'holdfast.json');
  const text = await readFile(marker, 'utf8');
  await writeFile(marker, text.replace('"format": 1', '"format": 99'));
  await expect(takeDataFolder(folder)).rejects.toMatchObject({
    code: 'boot.folder-other-version',
    details: { found: 99 },
  });
  await writeFile(marker, text.slice(0, 7));
  await expect(takeDataFolder(folder)).rejects.toMatchObject({ code: 'boot.folder-other-version' });
  await rm(marker);
  await writeFile(path.join(folder, 'letters.txt'), 'dear');
  await expect(takeDataFolder(folder)).rejects.toMatchObject({ code: 'boot.folder-foreign' });
});

test('a path that cannot be a folder is refused with the reason', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(takeDataFolder(path.join(file, 'data'))).rejects.toMatchObject({ code: 'boot.folder-unwritable' });
});

test.skipIf(process.getuid?.() === 0)(
  'a folder without the right to write is refused (root may always write)',
  async () => {
    await chmod(folder, 0o555);
    await expect(takeDataFolder(folder)).rejects.toMatchObject({ code: 'boot.folder-unwritable' });
  },
);
