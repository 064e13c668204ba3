import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommitRequest } from '../../src/workbooks/index.ts';
import { sheetJs } from './make-files.ts';
import { CrashForTest } from './open-vault.ts';
import {
  anna,
  bytesOf,
  codeOf,
  openWorkbooksForTest,
  reader,
  streamOf,
  type WorkbooksForTest,
} from './open-workbooks.ts';

let open: WorkbooksForTest;
beforeAll(async () => {
  open = await openWorkbooksForTest();
});
afterAll(() => open.close());

const file = (value: number): Buffer => sheetJs({ Sums: [['a', value]] });
const commit = (workbook: string, bytes: Uint8Array, change: Partial<CommitRequest> = {}) =>
  open.workbooks.commit(anna, { workbook, bytes: streamOf(bytes), createMissing: true, ...change });
const history = async (workbook: string) =>
  (await open.workbooks.versions(reader, { workbook, limit: 100 })).items.map(({ number, sha256 }) => ({
    number,
    sha256,
  }));

test('a commit that crashes before or after the vault is one version when it is repeated', async () => {
  for (const moment of ['before', 'after'] as const) {
    const name = `Crash ${moment} the vault`;
    const request = { clientKey: 'key', expectedParent: 'none' };
    open.vault.crashAtNextPut(moment);
    await expect(commit(name, file(1), request)).rejects.toThrow(CrashForTest);
    expect((await open.workbooks.get(anna, name)).head).toBe(0);
    const { version, repeated } = await commit(name, file(1), request);
    expect([version.number, repeated]).toEqual([1, false]);
    expect((await commit(name, file(1), request)).repeated).toBe(true);
  }
});

test('a rebuild of a whole catalog finds only what no row names, and adds it', async () => {
  open.vault.crashAtNextPut('after');
  await expect(commit('Orphan', file(5), { message: 'nobody was told' })).rejects.toThrow(CrashForTest);
  expect(await open.workbooks.rebuild(anna)).toMatchObject({ workbooksAdded: 0, versionsAdded: 1, problems: [] });
  expect(await open.workbooks.version(reader, 'Orphan', 1)).toMatchObject({ message: 'nobody was told', parent: 0 });
  expect(await open.workbooks.rebuild(anna)).toMatchObject({ workbooksAdded: 0, versionsAdded: 0 });
  expect(await codeOf(open.workbooks.rebuild(reader))).toBe('access.forbidden');
});

test('a lost catalog is made anew from the vault, with every version, hash, text and client key', async () => {
  await commit('Lost', file(1), { author: 'A', message: 'one', clientKey: 'k1' });
  await commit('Lost', file(2), { author: 'B', message: 'two' });
  await open.workbooks.restore(anna, { workbook: 'Lost', version: 1 });
  await commit('Copy of lost', file(1), {});
  // A commit whose row never came, and another one that took its number afterwards.
  open.vault.crashAtNextPut('after');
  await expect(commit('Lost', file(8))).rejects.toThrow(CrashForTest);
  await commit('Lost', file(9), { message: 'took the number' });
  await open.vault.store.idle();
  const before = {
    lost: await open.workbooks.versions(reader, { workbook: 'Lost', limit: 9 }),
    copy: await history('Copy of lost'),
  };

  await open.loseCatalog();
  expect(await codeOf(open.workbooks.get(anna, 'Lost'))).toBe('workbooks.not-found');
  // Somebody goes on before the rebuild, under a name that is taken in the vault.
  await commit('Copy of lost', file(77));
  const report = await open.workbooks.rebuild(anna);
  expect(report.problems.map(({ problem }) => problem)).toEqual([expect.stringContaining('version 4 of Lost')]);

  const after = await open.workbooks.versions(reader, { workbook: 'Lost', limit: 9 });
  const withoutZones = (items: typeof after.items) => items.map((version) => ({ ...version, zones: [] }));
  expect(withoutZones(after.items)).toEqual(withoutZones(before.lost.items));
  expect(after.items.map(({ message }) => message)).toEqual(['took the number', 'version 1 restored', 'two', 'one']);
  expect((await bytesOf((await open.workbooks.read(reader, 'Lost', 3)).bytes)).equals(file(1))).toBe(true);
  expect((await commit('Lost', file(1), { clientKey: 'k1' })).repeated).toBe(true);
  expect((await commit('Lost', file(10), { expectedParent: 4 })).version.number).toBe(5);
  const names = (await open.workbooks.list(reader, { prefix: 'Copy', limit: 9 })).items.map(({ name }) => name);
  expect(names).toEqual(['Copy of lost', expect.stringMatching(/^Copy of lost \(rebuilt /)]);
  expect(await history(names[1] ?? '')).toEqual(before.copy);
});
