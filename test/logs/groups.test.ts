import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogsTables } from '../../src/logs/index.ts';
import {
  admin,
  at,
  codeOf,
  type LogsForTest,
  NOON_MS,
  openLogsForTest,
  outsider,
  reader,
  sender,
} from './open-logs.ts';

let open: LogsForTest;
beforeAll(async () => {
  open = await openLogsForTest();
});
afterAll(() => open.close());

const names = (groups: readonly { readonly name: string }[]): readonly string[] => groups.map(({ name }) => name);

describe('a group', () => {
  test('is made with the default retention, found again after a restart, and audited', async () => {
    const made = await open.logs.groups.create(admin, { name: '/g/made', tags: { team: 'a' } });
    expect(made).toMatchObject({
      retentionDays: 60,
      storageClass: 'standard',
      tags: { team: 'a' },
      createdMs: NOON_MS,
    });
    expect(await codeOf(open.logs.groups.create(admin, { name: '/g/made' }))).toBe('logs.group-exists');
    open = await open.reopen();
    expect(await open.logs.groups.get(admin, '/g/made')).toEqual(made);
    const records = await open.records('CreateLogGroup');
    expect(records.map((record) => record.errorCode)).toEqual(['logs.group-exists', undefined]);
  });

  test('is refused with a wrong name, retention, class or tag', async () => {
    const { create } = open.logs.groups;
    expect(await codeOf(create(admin, { name: '' }))).toBe('logs.group-name-invalid');
    expect(await codeOf(create(admin, { name: 'a b' }))).toBe('logs.group-name-invalid');
    expect(await codeOf(create(admin, { name: 'aws/mine' }))).toBe('logs.group-name-invalid');
    expect(await codeOf(create(admin, { name: 'x'.repeat(513) }))).toBe('logs.group-name-invalid');
    expect(await codeOf(create(admin, { name: '/g/r', retentionDays: 2 }))).toBe('logs.retention-invalid');
    expect(await codeOf(create(admin, { name: '/g/t', tags: { 'aws:x': '1' } }))).toBe('logs.tag-invalid');
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'v']));
    expect(await codeOf(create(admin, { name: '/g/t', tags: many }))).toBe('logs.too-many-tags');
  });

  test('is changed only by those who may manage, and every change is stored', async () => {
    await open.logs.groups.create(admin, { name: '/g/changed' });
    expect(await codeOf(open.logs.groups.setRetention(reader, '/g/changed', 7))).toBe('access.forbidden');
    expect((await open.logs.groups.setRetention(admin, '/g/changed', 0)).retentionDays).toBe(0);
    await open.logs.groups.tag(admin, '/g/changed', { a: '1', b: '2' });
    await open.logs.groups.untag(admin, '/g/changed', ['a', 'unknown']);
    await open.logs.groups.setDeletionProtection(admin, '/g/changed', true);
    open = await open.reopen();
    expect(await open.logs.groups.get(admin, '/g/changed')).toMatchObject({
      retentionDays: 0,
      tags: { b: '2' },
      deletionProtected: true,
    });
    expect(await codeOf(open.logs.groups.remove(admin, '/g/changed'))).toBe('logs.group-protected');
  });

  test('is listed page by page to those who may see it', async () => {
    for (const name of ['/app/a', '/app/b', '/app/c', '/hidden/a']) await open.logs.groups.create(admin, { name });
    const first = await open.logs.groups.list(reader, { limit: 2 });
    expect(names(first.items)).toEqual(['/app/a', '/app/b']);
    const second = await open.logs.groups.list(reader, { limit: 2, nextToken: first.nextToken ?? '' });
    expect(names(second.items)).toEqual(['/app/c']);
    expect(second.nextToken).toBeUndefined();
    expect(names((await open.logs.groups.list(outsider, { limit: 10 })).items)).toEqual([]);
    expect(names((await open.logs.groups.list(sender, { limit: 10, prefix: '/hidden' })).items)).toEqual(['/hidden/a']);
    expect(names((await open.logs.groups.list(admin, { limit: 10, pattern: 'pp/' })).items)).toHaveLength(3);
    expect(names((await open.logs.groups.list(admin, { limit: 10, pattern: '*/a' })).items)).toHaveLength(2);
    const other = open.logs.groups.list(reader, { limit: 2, prefix: '/app', nextToken: first.nextToken ?? '' });
    expect(await codeOf(other)).toBe('logs.token-invalid');
  });

  test('is removed with its rows and streams, and its name is free again', async () => {
    await open.write('/g/gone', [{ body: 'a' }, { body: 'b', timeNs: at(NOON_MS + 5) }]);
    expect(await open.logs.groups.planRemoval(admin, '/g/gone')).toEqual({
      rows: 2,
      oldestMs: NOON_MS,
      newestMs: NOON_MS + 5,
    });
    await open.logs.groups.remove(admin, '/g/gone');
    expect(await codeOf(open.logs.groups.get(admin, '/g/gone'))).toBe('logs.group-not-found');
    await open.logs.groups.create(admin, { name: '/g/gone' });
    expect((await open.logs.groups.planRemoval(admin, '/g/gone')).rows).toBe(0);
    const streams = await open.logs.streams.list(admin, {
      logGroup: '/g/gone',
      orderBy: 'name',
      descending: false,
      limit: 10,
    });
    expect(streams.items).toEqual([]);
  });

  test('whose removal a crash cut short is gone after the next start', async () => {
    await open.write('/g/torn', [{ body: 'a' }]);
    await open.catalog
      .db<LogsTables>()
      .updateTable('log_groups')
      .set({ removing: true })
      .where('name', '=', '/g/torn')
      .execute();
    open = await open.reopen();
    // Closing waits for the removal, so the second start sees its end.
    open = await open.reopen();
    expect(await codeOf(open.logs.groups.get(admin, '/g/torn'))).toBe('logs.group-not-found');
    await open.logs.groups.create(admin, { name: '/g/torn' });
    expect((await open.logs.groups.planRemoval(admin, '/g/torn')).rows).toBe(0);
  });
});

describe('the write path', () => {
  test('makes what is missing once, however many ask at the same time', async () => {
    const target = { logGroup: '/w/new', logStream: 's', createMissing: true };
    const groups = await Promise.all(Array.from({ length: 20 }, () => open.logs.groups.forWrite(sender, target)));
    expect(new Set(groups.map(({ createdMs }) => createdMs)).size).toBe(1);
    const made = (await open.records('CreateLogGroup')).filter((record) =>
      JSON.stringify(record.requestParameters).includes('/w/new'),
    );
    expect(made).toHaveLength(1);
  });

  test('refuses what is missing when nothing may be made', async () => {
    const target = { logGroup: '/w/none', logStream: 's', createMissing: false };
    expect(await codeOf(open.logs.groups.forWrite(sender, target))).toBe('logs.group-not-found');
    await open.logs.groups.create(admin, { name: '/w/none' });
    expect(await codeOf(open.logs.groups.forWrite(sender, target))).toBe('logs.stream-not-found');
  });

  test('asks the catalog nothing for a stream that is known', async () => {
    const target = { logGroup: '/w/known', logStream: 's', createMissing: true };
    await open.logs.groups.forWrite(sender, target);
    const startedMs = performance.now();
    for (let count = 0; count < 10_000; count += 1) await open.logs.groups.forWrite(sender, target);
    // A query takes some 100 microseconds at best; the whole loop would take more than a second.
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  test('keeps times and sizes of streams, also over a restart', async () => {
    await open.write('/w/times', [
      { body: 'abc', timeNs: at(NOON_MS + 10) },
      { body: 'de', timeNs: at(NOON_MS + 3) },
    ]);
    await open.write('/w/times', [{ body: 'f', timeNs: at(NOON_MS + 1) }]);
    const expected = { firstEventMs: NOON_MS + 1, lastEventMs: NOON_MS + 10, lastIngestMs: NOON_MS, storedBytes: 6 };
    const list = { logGroup: '/w/times', orderBy: 'last-event', descending: true, limit: 10 } as const;
    expect((await open.logs.streams.list(admin, list)).items).toMatchObject([expected]);
    await open.write('/w/times', [{ body: 'gh' }]);
    open = await open.reopen();
    expect((await open.logs.streams.list(admin, list)).items).toMatchObject([{ storedBytes: 8 }]);
    expect((await open.logs.groups.get(admin, '/w/times')).storedBytes).toBe(8);
  });
});

describe('a stream', () => {
  test('is made, listed by name and by last event, and removed with its rows', async () => {
    await open.logs.groups.create(admin, { name: '/s/g' });
    for (const name of ['a', 'b', 'c']) await open.logs.streams.create(sender, '/s/g', name);
    expect(await codeOf(open.logs.streams.create(sender, '/s/g', 'a'))).toBe('logs.stream-exists');
    expect(await codeOf(open.logs.streams.create(sender, '/s/g', 'a:b'))).toBe('logs.stream-name-invalid');
    await open.write('/s/g', [{ body: 'x', timeNs: at(NOON_MS) }], 'b');
    await open.write('/s/g', [{ body: 'y', timeNs: at(NOON_MS + 1) }], 'a');
    const list = async (descending: boolean): Promise<readonly string[]> => {
      const found: string[] = [];
      for (let nextToken: string | undefined; ; ) {
        const page = await open.logs.streams.list(admin, {
          logGroup: '/s/g',
          orderBy: 'last-event',
          descending,
          limit: 1,
          ...(nextToken === undefined ? {} : { nextToken }),
        });
        found.push(...names(page.items));
        nextToken = page.nextToken;
        if (nextToken === undefined) return found;
      }
    };
    expect(await list(true)).toEqual(['a', 'b', 'c']);
    expect(await list(false)).toEqual(['c', 'b', 'a']);
    await open.logs.streams.remove(admin, '/s/g', 'a');
    expect(await list(true)).toEqual(['b', 'c']);
    expect((await open.logs.groups.planRemoval(admin, '/s/g')).rows).toBe(1);
    expect((await open.logs.groups.get(admin, '/s/g')).storedBytes).toBe(1);
    const again = { logGroup: '/s/g', logStream: 'a', createMissing: false };
    expect(await codeOf(open.logs.groups.forWrite(sender, again))).toBe('logs.stream-not-found');
  });
});
