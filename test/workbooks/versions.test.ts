import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommitRequest, WORKBOOKS_LIMITS } from '../../src/workbooks/index.ts';
import { CORE, savedAgain, sheetJs } from './make-files.ts';
import {
  anna,
  ben,
  bytesOf,
  codeOf,
  openWorkbooksForTest,
  reader,
  sender,
  streamOf,
  type WorkbooksForTest,
} from './open-workbooks.ts';

let open: WorkbooksForTest;
beforeAll(async () => {
  open = await openWorkbooksForTest();
});
afterAll(() => open.close());

const file = (value: number): Buffer => sheetJs({ Sums: [['a', value]] });
const commit = (workbook: string, bytes: Uint8Array, change: Partial<CommitRequest> = {}, actor = anna) =>
  open.workbooks.commit(actor, { workbook, bytes: streamOf(bytes), createMissing: true, ...change });

describe('a commit', () => {
  test('makes a numbered version with its hashes, who, why, where and until when', async () => {
    const bytes = file(1);
    const { version, unchanged, repeated } = await commit('Budget 2026', bytes, {
      author: 'Anna A.',
      message: 'first',
    });
    expect(version).toMatchObject({
      workbook: 'Budget 2026',
      number: 1,
      parent: 0,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      format: 'xlsx',
      lengthBytes: bytes.length,
      author: 'Anna A.',
      committedBy: 'anna@example.com',
      message: 'first',
      scan: 'unscanned',
    });
    expect([unchanged, repeated]).toEqual([false, false]);
    expect(version.zones.length).toBeGreaterThanOrEqual(2);
    expect(version.retainUntilMs - version.committedMs).toBe(WORKBOOKS_LIMITS.retentionDays * 86_400_000);
    const item = await open.vault.head(`sha256:${version.sha256}`);
    expect(item?.retainUntilMs).toBeGreaterThanOrEqual(version.retainUntilMs);
    const [record] = await open.records('CommitWorkbookVersion');
    expect(record?.responseElements).toMatchObject({ number: 1, sha256: version.sha256 });
    expect(await open.spooledFiles()).toEqual([]);
  });

  test('comes back byte for byte by number, hash and `latest`, and from every zone', async () => {
    const bytes = randomBytes(9_000_000);
    const { version } = await commit('Large', bytes);
    await open.vault.store.idle();
    for (const ref of [1, '1', 'latest', version.sha256, `sha256:${version.sha256}`]) {
      const read = await open.workbooks.read(reader, 'Large', ref);
      expect(read.version.number).toBe(1);
      expect((await bytesOf(read.bytes)).equals(bytes)).toBe(true);
    }
    for (const zone of open.vault.zoneNames) {
      const read = await open.workbooks.read(reader, 'Large', 1, { zone });
      expect((await bytesOf(read.bytes)).equals(bytes)).toBe(true);
    }
    expect(await codeOf(open.workbooks.read(reader, 'Large', 2))).toBe('workbooks.version-not-found');
    expect(await codeOf(open.workbooks.version(reader, 'Large', 'x'.repeat(64)))).toBe('workbooks.version-not-found');
  });

  test('that is sent again with its client key is the same version', async () => {
    const first = await commit('Retried', file(1), { clientKey: 'k1', expectedParent: 'none' });
    const again = await commit('Retried', file(1), { clientKey: 'k1', expectedParent: 'none' });
    expect(again).toEqual({ ...first, repeated: true });
    expect(await codeOf(commit('Retried', file(2), { clientKey: 'k1' }))).toBe('workbooks.client-key-reused');
    expect((await open.workbooks.get(anna, 'Retried')).head).toBe(1);
  });

  test('from an old parent is refused, and told who came first', async () => {
    await commit('Shared', file(1), { expectedParent: 'none' });
    const [one, other] = await Promise.allSettled([
      commit('Shared', file(2), { expectedParent: 1, author: 'Anna' }),
      commit('Shared', file(3), { expectedParent: 1, author: 'Ben' }, ben),
    ]);
    const refused = [one, other].filter((result) => result.status === 'rejected');
    const won = [one, other].find((result) => result.status === 'fulfilled');
    expect(refused).toHaveLength(1);
    const winner = won?.status === 'fulfilled' ? won.value.version : undefined;
    expect(winner?.number).toBe(2);
    expect(refused[0]?.reason).toMatchObject({
      code: 'workbooks.parent-mismatch',
      details: { head: 2, headAuthor: winner?.author, headSha256: winner?.sha256 },
    });
    expect(String(refused[0]?.reason)).toContain(winner?.author);
    expect(await codeOf(commit('Shared', file(4), { expectedParent: 'none' }))).toBe('workbooks.parent-mismatch');
    expect((await commit('Shared', file(4), { expectedParent: winner?.sha256 ?? '' })).version.number).toBe(3);
  });

  test('of two processes at one moment is never a fork', async () => {
    await commit('Two processes', file(1));
    const other = open.again({});
    const results = await Promise.allSettled(
      [open.workbooks, other].map((workbooks, index) =>
        workbooks.commit(anna, { workbook: 'Two processes', bytes: streamOf(file(10 + index)), expectedParent: 1 }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusal = results.find((result) => result.status === 'rejected');
    expect(['workbooks.commit-raced', 'workbooks.parent-mismatch']).toContain(refusal?.reason.code);
    expect((await open.workbooks.get(anna, 'Two processes')).head).toBe(2);
  });

  test('without change makes no version, unless it is asked for', async () => {
    const original = savedAgain(file(1), (parts) => {
      parts['docProps/core.xml'] = CORE({ modified: '2024-01-01T00:00:00Z', title: 'T' });
    });
    const again = savedAgain(original, (parts) => {
      parts['docProps/core.xml'] = CORE({ modified: '2025-02-02T00:00:00Z', title: 'T' });
    });
    expect(again.equals(original)).toBe(false);
    const first = await commit('Same', original);
    const second = await commit('Same', again, { clientKey: 'same' });
    expect(second).toEqual({ version: first.version, unchanged: true, repeated: false });
    expect((await commit('Same', again, { force: true })).version).toMatchObject({ number: 2, parent: 1 });
    expect((await commit('Same', file(2))).version.number).toBe(3);
    // The repetition of what was answered must not put the old content on top of the new one.
    expect(await commit('Same', again, { clientKey: 'same' })).toMatchObject({ unchanged: true, repeated: true });
    expect((await commit('Same', original)).version.number).toBe(4);
  });

  test('is refused without the right, the workbook, or an acceptable name, text and size', async () => {
    expect(await codeOf(commit('Refused', file(1), {}, reader))).toBe('access.forbidden');
    expect(await codeOf(open.workbooks.read(sender, 'Large', 1))).toBe('access.forbidden');
    expect(await codeOf(commit('Refused', file(1), { createMissing: false }))).toBe('workbooks.not-found');
    expect(await codeOf(commit(' x', file(1)))).toBe('workbooks.name-invalid');
    expect(await codeOf(commit('a\nb', file(1)))).toBe('workbooks.name-invalid');
    expect(await codeOf(commit('Refused', file(1), { message: 'x'.repeat(2_001) }))).toBe('workbooks.text-invalid');
    const endless = async function* (): AsyncIterable<Uint8Array> {
      const block = Buffer.alloc(8 * 1024 * 1024);
      for (;;) yield block;
    };
    expect(await codeOf(open.workbooks.commit(anna, { workbook: 'Retried', bytes: endless() }))).toBe(
      'workbooks.file-too-large',
    );
    expect(await open.spooledFiles()).toEqual([]);
    expect(await codeOf(open.workbooks.get(anna, 'Refused'))).toBe('workbooks.not-found');
  });

  test('takes the longest name, author and message that are allowed', async () => {
    const { version } = await commit('名'.repeat(200), file(1), {
      author: '名'.repeat(200),
      message: '名'.repeat(2_000),
      clientKey: '名'.repeat(200),
    });
    expect(version.number).toBe(1);
  });
});

describe('the history', () => {
  test('is listed newest first, page by page', async () => {
    for (let value = 1; value <= 5; value += 1) await commit('Paged', file(value));
    const first = await open.workbooks.versions(reader, { workbook: 'Paged', limit: 2 });
    expect(first.items.map(({ number }) => number)).toEqual([5, 4]);
    const second = await open.workbooks.versions(reader, {
      workbook: 'Paged',
      limit: 3,
      nextToken: first.nextToken ?? '',
    });
    expect(second.items.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(second.nextToken).toBeUndefined();
    const wrong = open.workbooks.versions(reader, { workbook: 'Paged', limit: 3, nextToken: 'eA' });
    expect(await codeOf(wrong)).toBe('workbooks.token-invalid');
  });

  test('goes on when an old version is restored', async () => {
    await commit('Restored', file(1));
    await commit('Restored', file(2));
    const { version } = await open.workbooks.restore(ben, { workbook: 'Restored', version: 1, expectedParent: 2 });
    expect(version).toMatchObject({ number: 3, parent: 2, restoredFrom: 1, author: 'ben@example.com' });
    const { bytes } = await open.workbooks.read(reader, 'Restored', 'latest');
    expect((await bytesOf(bytes)).equals(file(1))).toBe(true);
    const again = open.workbooks.restore(ben, { workbook: 'Restored', version: 2, expectedParent: 2 });
    expect(await codeOf(again)).toBe('workbooks.parent-mismatch');
    expect((await open.workbooks.restore(ben, { workbook: 'Restored', version: 3 })).unchanged).toBe(true);
  });

  test('cannot be changed or removed in the catalog', async () => {
    const db = open.catalog.db<{ readonly workbook_versions: { readonly message: string } }>();
    await expect(db.updateTable('workbook_versions').set({ message: 'x' }).execute()).rejects.toThrow('immutable');
    await expect(db.deleteFrom('workbook_versions').execute()).rejects.toThrow('immutable');
  });
});

describe('a workbook', () => {
  test('is made once, with a retention of its own, and listed by name', async () => {
    const made = await open.workbooks.create(anna, { name: 'List_a', retentionDays: 2 });
    expect(made).toMatchObject({ retentionDays: 2, head: 0 });
    expect(await codeOf(open.workbooks.create(anna, { name: 'List_a' }))).toBe('workbooks.exists');
    expect(await codeOf(open.workbooks.create(anna, { name: 'x', retentionDays: 0 }))).toBe(
      'workbooks.retention-invalid',
    );
    expect(await codeOf(open.workbooks.create(reader, { name: 'x' }))).toBe('access.forbidden');
    await open.workbooks.create(anna, { name: 'Listed' });
    const { version } = await commit('List_a', file(1));
    expect(version.retainUntilMs - version.committedMs).toBe(2 * 86_400_000);
    const listed = await open.workbooks.list(reader, { prefix: 'List_', limit: 10 });
    expect(listed.items.map(({ name }) => name)).toEqual(['List_a']);
    const page = await open.workbooks.list(reader, { prefix: 'List', limit: 1 });
    const next = await open.workbooks.list(reader, { prefix: 'List', limit: 1, nextToken: page.nextToken ?? '' });
    expect([...page.items, ...next.items].map(({ name }) => name)).toEqual(['List_a', 'Listed']);
  });
});

describe('the scan', () => {
  test('sees the bytes before the answer, and what it says is respected', async () => {
    const seen: Buffer[] = [];
    const clean = open.again({
      scan: async ({ read }) => {
        seen.push(await bytesOf(read()));
        return { type: 'clean', detail: 'engine 1' };
      },
    });
    const request = (workbook: string, value: number): CommitRequest => ({
      workbook,
      bytes: streamOf(file(value)),
      createMissing: true,
    });
    expect((await clean.commit(anna, request('Scanned', 1))).version).toMatchObject({
      scan: 'clean',
      scanDetail: 'engine 1',
    });
    expect(seen[0]?.equals(file(1))).toBe(true);

    const refuse = open.again({ scan: () => Promise.resolve({ type: 'refuse', reason: 'EICAR' }) });
    expect(await codeOf(refuse.commit(anna, request('Scanned', 2)))).toBe('workbooks.scan-refused');
    const broken = open.again({ scan: () => Promise.reject(new Error('no engine')) });
    expect(await codeOf(broken.commit(anna, request('Scanned', 2)))).toBe('workbooks.scan-failed');
    expect((await open.workbooks.get(anna, 'Scanned')).head).toBe(1);

    const quarantine = open.again({ scan: () => Promise.resolve({ type: 'quarantine', reason: 'macro virus' }) });
    expect((await quarantine.commit(anna, request('Scanned', 2))).version).toMatchObject({
      number: 2,
      scan: 'quarantined',
    });
    expect(await codeOf(open.workbooks.read(anna, 'Scanned', 2))).toBe('workbooks.quarantined');
    expect(await codeOf(open.workbooks.restore(anna, { workbook: 'Scanned', version: 2 }))).toBe(
      'workbooks.quarantined',
    );
    expect(await open.workbooks.compare(anna, { workbook: 'Scanned', from: 1, to: 2 })).toMatchObject({
      type: 'not-comparable',
      reason: 'quarantined',
      side: 'to',
    });
    expect((await clean.commit(anna, request('Scanned', 2))).version).toMatchObject({ number: 3, scan: 'clean' });
  });
});
