import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as XLSX from '@e965/xlsx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN_TOKEN,
  api,
  holdfast,
  newFolder,
  type Program,
  removeFolder,
  startProgram,
  until,
} from '../harness/program.ts';

let folder = '';
let files = '';
let program: Program;
beforeAll(async () => {
  folder = await newFolder();
  files = await newFolder();
  program = await startProgram({ folder, env: { HOLDFAST_PROBE_CADENCE_SECONDS: '15' } });
});
afterAll(async () => {
  await program.stop();
  await Promise.all([removeFolder(folder), removeFolder(files)]);
});

async function book(name: string, rows: readonly (readonly (string | number)[])[]): Promise<string> {
  const workbook = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(workbook, XLSX.utils.aoa_to_sheet(rows.map((row) => [...row])), 'Sheet');
  const file = path.join(files, name);
  await writeFile(file, XLSX.write(workbook, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  return file;
}

test('a workbook is committed, compared, restored and comes back byte for byte', async () => {
  const first = await book('one.xlsx', [
    ['a', 1],
    ['b', 2],
  ]);
  const second = await book('two.xlsx', [
    ['a', 1],
    ['b', 3],
  ]);
  expect((await holdfast(program, ['workbook', 'commit', first, '--workbook', 'budget'])).stdout).toMatch(/version 1/);
  expect(
    (await holdfast(program, ['workbook', 'commit', second, '--workbook', 'budget', '--parent', '1'])).stdout,
  ).toMatch(/version 2/);
  const stale = await holdfast(program, [
    'workbook',
    'commit',
    first,
    '--workbook',
    'budget',
    '--parent',
    '1',
    '--force',
  ]);
  expect(stale.stderr).toContain('[workbooks.parent-mismatch]');
  const compared = await holdfast(program, ['workbook', 'compare', 'budget', '--from', '1', '--to', '2', '--json']);
  expect((JSON.parse(compared.stdout) as { changes: unknown[] }).changes).toMatchObject([
    { cell: 'B2', old: { value: 2 }, new: { value: 3 } },
  ]);
  const output = path.join(files, 'out.xlsx');
  for (const zone of ['a', 'b', 'c']) {
    await until(`zone ${zone} has the version`, async () => {
      const got = await holdfast(program, [
        'workbook',
        'get',
        'budget',
        '--version',
        '1',
        '--output',
        `${output}.${zone}`,
        '--zone',
        zone,
      ]);
      return got.code === 0;
    });
    expect(await readFile(`${output}.${zone}`)).toEqual(await readFile(first));
  }
  expect((await holdfast(program, ['workbook', 'restore', 'budget', '--version', '1'])).stdout).toMatch(/version 3/);
});

test('no door removes or overwrites a version', async () => {
  for (const method of ['DELETE', 'PUT', 'PATCH']) {
    expect((await api(program, method, '/workbooks/budget/versions/1')).status).toBe(404);
    expect((await api(program, method, '/workbooks/budget')).status).toBe(404);
  }
});

test('a bit flipped in a zone is found and mended by a scrub, and the zone verifies offline with the key alone', async () => {
  const zone = path.join(folder, 'zones', 'b');
  const large = path.join(files, 'large.bin');
  await writeFile(large, Buffer.alloc(300_000, 'holdfast'));
  await holdfast(program, ['workbook', 'commit', large, '--workbook', 'large']);
  const verify = () =>
    holdfast(program, ['vault', 'verify', '--zone', `file://${zone}`, '--keys', path.join(folder, 'keys'), '--json']);
  const target = await until('zone b has an object', async () => (await objectFile(zone)) !== undefined).then(() =>
    objectFile(zone),
  );
  const bytes = await readFile(target ?? '');
  const damaged = Buffer.from(bytes);
  damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
  await writeFile(target ?? '', damaged);
  const broken = await verify();
  expect(broken.code).toBe(8);
  const scrub = await holdfast(program, ['vault', 'scrub', '--json']);
  expect(JSON.parse(scrub.stdout)).toMatchObject({ found: 1, mended: 1, unmended: 0 });
  expect((await verify()).code).toBe(0);
});

async function objectFile(zone: string): Promise<string | undefined> {
  const entries = await readdir(path.join(zone, 'objects'), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !entry.name.includes('=') && (await stat(file)).size > 500) return file;
  }
  return undefined;
}

test('M11 is proven by probes, and the vault says plainly that one machine does not reach eleven nines', async () => {
  await until(
    'M11 is proven',
    async () => {
      const { body } = await api<{ promises: { id: string; state: string }[] }>(program, 'GET', '/trust');
      return body.promises.some(({ id, state }) => id === 'M11' && state === 'proven');
    },
    90_000,
  );
  const { body } = await api<{ durability: { reachesEleven: boolean; sentence: string }; zones: unknown[] }>(
    program,
    'GET',
    '/vault',
  );
  expect(body.zones).toHaveLength(3);
  expect(body.durability.reachesEleven).toBe(false);
  expect(body.durability.sentence).toContain('does not reach eleven nines');
});

test('a file of 100 MB streams in and out', async () => {
  const size = 100 * 1024 * 1024;
  const url = new URL('/api/v1/workbooks/huge/versions?createMissing=true', program.origin);
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/octet-stream' };
  const response = await fetch(url, { method: 'POST', headers, body: Buffer.alloc(size, 'x') });
  expect(response.status).toBe(200);
  const content = await fetch(new URL('/api/v1/workbooks/huge/versions/1/content', program.origin), { headers });
  let bytes = 0;
  for await (const chunk of content.body ?? []) bytes += (chunk as Uint8Array).length;
  expect(bytes).toBe(size);
});
