import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isFailure } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import { parseServerVersion } from './binaries.ts';
import { lastLine } from './data-folder.ts';
import { chooseOsUser } from './os-user.ts';
import { trimServerLog } from './server-log.ts';
import { serverArguments } from './settings.ts';

test('the version is read as the program prints it', () => {
  const check = (text: string, expected: ReturnType<typeof parseServerVersion>) =>
    expect(parseServerVersion(text)).toEqual(expected);
  check('postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n', { major: 15, version: '15.18' });
  check('postgres (PostgreSQL) 19beta1\n', { major: 19, version: '19beta1' });
  check('psql (PostgreSQL) 15.1', undefined);
  check('', undefined);
});

test('root chooses holdfast, then postgres, then nobody, and never root', () => {
  const line = (name: string, uid: number) => `${name}:x:${uid}:${uid}::/:/bin/sh\n`;
  const all = line('root', 0) + line('nobody', 65534) + line('postgres', 101) + line('holdfast', 990);
  expect(chooseOsUser(all)).toMatchObject({ name: 'holdfast', uid: 990, isOther: true });
  expect(chooseOsUser(line('nobody', 65534) + line('postgres', 101)).name).toBe('postgres');
  expect(chooseOsUser(line('holdfast', 0) + line('nobody', 65534)).name).toBe('nobody');
  try {
    chooseOsUser(line('root', 0));
    expect.unreachable();
  } catch (error) {
    expect(isFailure(error, CATALOG_FAILURES.osUserMissing)).toBe(true);
  }
});

test('the last line that says something is told', () => {
  expect(lastLine('a\nFATAL:  data is gone\nDETAIL:  x\nHINT: y\n2026 LOG:  shut down\n\n')).toBe(
    'FATAL:  data is gone',
  );
  expect(lastLine('')).toBe('it said nothing');
});

test('the settings are the same for every version but for what only newer ones know', () => {
  const settings = (major: number) => serverArguments({ port: 5, clusterName: 'c', major });
  expect(settings(17)).not.toContain('io_method=sync');
  expect(settings(18)).toContain('io_method=sync');
  expect(settings(14)).toEqual(
    expect.arrayContaining(['fsync=on', 'log_statement=none', 'listen_addresses=127.0.0.1']),
  );
});

test('a log past its size is kept once and emptied in place', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-log-'));
  const file = path.join(folder, 'server.log');
  await trimServerLog(file);
  await writeFile(file, 'x'.repeat(CATALOG_LIMITS.serverLogBytes));
  await trimServerLog(file);
  expect((await stat(file)).size).toBe(CATALOG_LIMITS.serverLogBytes);
  await writeFile(file, 'x'.repeat(CATALOG_LIMITS.serverLogBytes + 1));
  const before = await stat(file);
  await trimServerLog(file);
  const after = await stat(file);
  expect([after.size, after.ino]).toEqual([0, before.ino]);
  expect((await stat(`${file}.1`)).size).toBe(CATALOG_LIMITS.serverLogBytes + 1);
  await rm(folder, { recursive: true });
});
