import { afterAll, beforeAll, expect, test } from 'vitest';
import { createManualClock } from '../../src/base/index.ts';
import { writePointer } from '../../src/logs/index.ts';
import { admin, at, codeOf, DAY_MS, type LogsForTest, NOON_MS, openLogsForTest, reader } from './open-logs.ts';

let open: LogsForTest;
beforeAll(async () => {
  open = await openLogsForTest();
  for (const [name, retentionDays] of [
    ['/app/week', 7],
    ['/app/month', 30],
    ['/app/ever', 0],
    ['/app/alive', 0],
    ['/app/changing', 7],
  ] as const) {
    await open.logs.groups.create(admin, { name, retentionDays });
    await open.write(
      name,
      [0, 3, 6].map((days) => ({ body: `${days} days old`, timeNs: at(NOON_MS - days * DAY_MS) })),
    );
  }
});
afterAll(() => open.close());

/** A restart some days later; the server goes on receiving records. */
const later = async (days: number): Promise<void> => {
  open = await open.reopen(createManualClock(open.clock.nowMs() + days * DAY_MS));
  await open.write('/app/alive', [{ timeNs: at(open.clock.nowMs()) }]);
};

const visible = async (logGroup: string): Promise<readonly string[]> => {
  const page = await open.logs.events.get(reader, { logGroup, logStream: 'one', limit: 100, startFromHead: true });
  const filtered = await open.logs.events.filter(reader, { logGroup, limit: 100, startFromHead: true });
  const query = await open.logs.queries.run(reader, {
    query: 'fields @message | sort @timestamp asc',
    logGroups: [logGroup],
    startMs: NOON_MS - 100 * DAY_MS,
    endMs: NOON_MS + 100 * DAY_MS,
  });
  const bodies = page.events.map(({ body }) => body);
  expect(filtered.events.map(({ body }) => body)).toEqual(bodies);
  expect(query.rows.map((row) => row[0])).toEqual(bodies);
  return bodies;
};
const stored = async (logGroup: string): Promise<number> => (await open.logs.groups.planRemoval(admin, logGroup)).rows;
const sweep = async (): Promise<{ readonly partitionsDropped: number; readonly rowsDropped: number }> =>
  open.logs.retention.apply(await open.logs.retention.plan(open.clock.nowMs()));

test('expired rows are invisible at once and dropped when their whole day has passed', async () => {
  await later(2);
  expect(await visible('/app/week')).toEqual(['3 days old', '0 days old']);
  expect(await visible('/app/ever')).toHaveLength(3);
  expect(await stored('/app/week')).toBe(3);
  const plan = await open.logs.retention.plan(open.clock.nowMs());
  expect(plan.rehomes).toEqual([]);
  expect(plan.drops).toMatchObject([{ table: 'logs_standard', day: '2026-02-23', retentionDays: 7, rows: 2 }]);
  expect(plan.drops[0]?.reason).toMatch(/2026-02-23 is past its retention of 7 days/);
  expect(await open.logs.retention.apply(plan)).toEqual({ partitionsDropped: 1, rowsDropped: 2 });
  expect(await stored('/app/week')).toBe(2);
  expect((await open.records('DropExpiredLogs'))[0]?.userIdentity).toMatchObject({ type: expect.any(String) });
  expect(await open.logs.retention.apply(plan)).toEqual({ partitionsDropped: 0, rowsDropped: 0 });
});

test('a record past its retention has no pointer any more', async () => {
  await open.write('/app/week', [{ eventId: 'old', timeNs: at(NOON_MS - 6 * DAY_MS) }]);
  const ptr = writePointer({ logGroup: '/app/week', timeNs: at(NOON_MS - 6 * DAY_MS), eventId: 'old' });
  expect(await codeOf(open.logs.events.record(reader, ptr))).toBe('logs.record-not-found');
  await sweep();
});

test('a changed policy moves the rows before anything of theirs is dropped', async () => {
  const plan = await open.logs.groups.planRemoval(admin, '/app/month', 3);
  expect(plan.rows).toBe(2);
  await open.logs.groups.setRetention(admin, '/app/changing', 30);
  await open.logs.groups.setRetention(admin, '/app/month', 3);
  expect(await visible('/app/month')).toEqual(['0 days old']);
  const first = await open.logs.retention.plan(open.clock.nowMs());
  expect(first.rehomes.map(({ logGroup, retentionDays }) => [logGroup, retentionDays])).toEqual([
    ['/app/changing', 30],
    ['/app/month', 3],
  ]);
  await open.logs.retention.apply(first);
  expect(await stored('/app/changing')).toBe(2);
  expect((await sweep()).partitionsDropped).toBe(2);
  expect(await stored('/app/month')).toBe(1);
  await later(5);
  await later(5);
  await sweep();
  expect(await visible('/app/changing')).toHaveLength(2);
  expect(await stored('/app/week')).toBe(0);
  expect(await stored('/app/ever')).toBe(3);
});

test('nothing is dropped when the clock is set forward or back', async () => {
  const plan = await open.logs.retention.plan(open.clock.nowMs() + 400 * DAY_MS);
  expect(plan.drops.length).toBeGreaterThan(0);
  // A plan for another time does no harm: what is not due now is left.
  expect(await open.logs.retention.apply(plan)).toEqual({ partitionsDropped: 0, rowsDropped: 0 });
  const rightMs = open.clock.nowMs();
  open.clock.setNowMs(rightMs + 400 * DAY_MS);
  expect(await codeOf(open.logs.retention.apply(plan))).toBe('logs.clock-implausible');
  open.clock.setNowMs(rightMs - 400 * DAY_MS);
  expect(await codeOf(open.logs.retention.apply(plan))).toBe('logs.clock-implausible');
  open.clock.setNowMs(rightMs);
});

test('after a start long after the newest record, retention waits a day for somebody to notice', async () => {
  const late = createManualClock(open.clock.nowMs() + 400 * DAY_MS);
  open = await open.reopen(late);
  const plan = await open.logs.retention.plan(late.nowMs());
  expect(plan.drops.length).toBeGreaterThan(0);
  expect(await codeOf(open.logs.retention.apply(plan))).toBe('logs.clock-implausible');
  await late.advance(DAY_MS);
  expect((await open.logs.retention.apply(plan)).partitionsDropped).toBe(plan.drops.length);
  expect(await stored('/app/ever')).toBe(3);
});

test('a start before the newest record drops nothing', async () => {
  open = await open.reopen(createManualClock(NOON_MS - 30 * DAY_MS));
  const plan = await open.logs.retention.plan(NOON_MS + 1000 * DAY_MS);
  await open.write('/app/ever', [{ timeNs: at(NOON_MS) }]);
  expect(plan.drops).toEqual([]);
  const forced = {
    drops: [],
    rehomes: [{ logGroup: '/app/ever', retentionDays: 0, storageClass: 'standard' as const }],
  };
  expect(await codeOf(open.logs.retention.apply(forced))).toBe('logs.clock-implausible');
});
