import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualClock, isFailure } from '../../base/index.ts';
import { decideStart } from './choose-start.ts';
import { CRC32C_START, finishCrc32c, updateCrc32c } from './crc32c.ts';
import { createPartWriter, type NewPart } from './part-writer.ts';
import { parseRange, rangeFacts, type WalItem, type WalRange } from './wal-facts.ts';
import { createWalIndex } from './wal-index.ts';

test('the checksum is CRC-32C, in one piece or in many', () => {
  const crc = (bytes: Uint8Array): number => finishCrc32c(updateCrc32c(CRC32C_START, bytes, 0, bytes.length));
  // The check values of RFC 3720, appendix B.4.
  expect(crc(Buffer.from('123456789'))).toBe(0xe306_9283);
  expect(crc(Buffer.alloc(32))).toBe(0x8a91_36aa);
  expect(crc(Buffer.alloc(32, 0xff))).toBe(0x62a8_ab43);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      const at = Math.min(cut, bytes.length);
      const first = updateCrc32c(CRC32C_START, bytes, 0, at);
      expect(finishCrc32c(updateCrc32c(first, bytes, at, bytes.length))).toBe(crc(bytes));
    }),
  );
});

const RANGE: WalRange = {
  ...{ source: 's', systemId: '7', serverMajor: 15, walSegmentBytes: 1000, timeline: 1, commits: 0, level: 0 },
  ...{ fromLsn: 0n, toLsn: 1n, lastRecordLsn: undefined, firstCommitMs: undefined, lastCommitMs: undefined },
  ...{ provisional: undefined, confirms: undefined },
};
let made = 0;
const item = (fromLsn: number, toLsn: number, more: Partial<WalItem> = {}): WalItem => {
  made += 1;
  const where = { fromLsn: BigInt(fromLsn), toLsn: BigInt(toLsn) };
  return { ...RANGE, ...where, id: `${made}`, kind: 'backup-wal-part', retainUntilMs: 0, ...more };
};

test('facts say a range and come back the same; others are left alone', () => {
  const range: WalRange = { ...RANGE, toLsn: 2n ** 40n, lastRecordLsn: 5n, lastCommitMs: 7, confirms: 'a' };
  expect(parseRange(rangeFacts(range))).toEqual(range);
  expect(parseRange({ ...rangeFacts(range), version: 2 })).toBeUndefined();
  expect(parseRange({ ...rangeFacts(range), toLsn: '0/0' })).toBeUndefined();
  expect(parseRange({})).toBeUndefined();
});

test('stretches join what adjoins or overlaps, in whatever order items are found', () => {
  const items = [item(0, 10), item(10, 20), item(15, 30), item(40, 50), item(0, 30), item(3, 9, { timeline: 2 })];
  fc.assert(
    fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (order) => {
      const index = createWalIndex();
      for (const one of order) index.add(one);
      const found = index.stretches().map(({ timeline, fromLsn, toLsn }) => [timeline, Number(fromLsn), Number(toLsn)]);
      expect(found).toEqual([
        [1, 0, 30],
        [1, 40, 50],
        [2, 3, 9],
      ]);
      expect(index.living()).toHaveLength(3);
      expect(index.cover(1, 5n, 30n).map(({ toLsn }) => toLsn)).toEqual([30n]);
      expect(index.cover(1, 30n, 45n)).toEqual([]);
      expect(index.end()).toMatchObject({ timeline: 2, lsn: 9n });
    }),
  );
});

test('the middle of a record counts only when its end was proven', () => {
  const index = createWalIndex();
  index.add(item(0, 10));
  index.add(item(10, 20, { provisional: 'x' }));
  index.add(item(20, 30, { provisional: 'x' }));
  expect(index.end()?.lsn).toBe(10n);
  index.add(item(30, 35, { confirms: 'x' }));
  expect(index.stretches().map(({ toLsn }) => toLsn)).toEqual([35n]);
});

test('the start follows histories and refuses servers that are behind', () => {
  const end = { timeline: 1, lsn: 2500n, lastRecordLsn: 2400n };
  const history = {
    timeline: 3,
    text: '',
    parents: [
      { timeline: 1, switchLsn: 2600n },
      { timeline: 2, switchLsn: 3000n },
    ],
  };
  const decide = (timeline: number, lsn: bigint, known: typeof end | undefined, lines = history) => {
    try {
      return decideStart({
        ...{ source: 's', host: 'h', history: timeline > 1 ? lines : undefined, end: known },
        ...{ identity: { systemId: '7', timeline, lsn }, slotLsn: 2900n, walSegmentBytes: 1000 },
      });
    } catch (error) {
      return isFailure(error) ? error.code : error;
    }
  };
  expect(decide(1, 9000n, undefined)).toMatchObject({ type: 'first', start: { timeline: 1, lsn: 2000n } });
  expect(decide(1, 9000n, end)).toEqual({ type: 'go-on', start: end });
  expect(decide(1, 2000n, end)).toBe('backup-wal.server-behind');
  expect(decide(3, 9000n, end)).toEqual({ type: 'go-on', start: end });
  const next = { type: 'next-timeline', start: { timeline: 2, lsn: 2000n } };
  expect(decide(3, 9000n, { ...end, lsn: 2600n })).toMatchObject({ ...next, forked: false });
  expect(decide(3, 9000n, { ...end, lsn: 2700n })).toMatchObject({ ...next, forked: true });
  expect(decide(2, 9000n, { ...end, timeline: 3 })).toBe('backup-wal.timeline-behind');
  expect(decide(5, 9000n, { ...end, timeline: 4 })).toMatchObject({ type: 'foreign' });
});

const FOUND = { lastRecordLsn: undefined, commits: 1, firstCommitMs: 1, lastCommitMs: 1 };

function bench(put: (part: NewPart) => Promise<void>) {
  const clock = createManualClock();
  const durable: bigint[] = [];
  const troubles: unknown[] = [];
  const writer = createPartWriter({
    ...{ walSegmentBytes: 1000, clock, put },
    onDurable: (part) => void durable.push(part.toLsn),
    onTrouble: (error) => void troubles.push(error),
  });
  const append = (fromLsn: number, bytes: number): Promise<void> =>
    writer.append({ timeline: 1, fromLsn: BigInt(fromLsn), bytes: Buffer.alloc(bytes), findings: FOUND });
  return { clock, durable, troubles, writer, append };
}

/** All promises that can settle without time passing have done so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('pieces wait for company no longer than the linger time, and never cross a segment', async () => {
  const parts: [bigint, bigint][] = [];
  const { clock, append, durable } = bench(async (part) => void parts.push([part.fromLsn, part.toLsn]));
  await append(0, 100);
  await append(100, 100);
  expect(parts).toEqual([]);
  await clock.advance(400);
  expect(parts).toEqual([[0n, 200n]]);
  await append(200, 800);
  await append(1000, 5);
  await clock.advance(0);
  expect(parts).toEqual([
    [0n, 200n],
    [200n, 1000n],
  ]);
  await clock.advance(400);
  expect(durable).toEqual([200n, 1000n, 1005n]);
});

test('durability is told in order although a later part is quicker', async () => {
  const ends = new Map<bigint, () => void>();
  const { append, durable } = bench((part) => new Promise((resolve) => void ends.set(part.toLsn, resolve)));
  await append(0, 1000);
  await append(1000, 1000);
  ends.get(2000n)?.();
  await settled();
  expect(durable).toEqual([]);
  ends.get(1000n)?.();
  await settled();
  expect(durable).toEqual([1000n, 2000n]);
});

test('a vault that refuses is tried again, and nothing is lost or told durable meanwhile', async () => {
  let refuses = true;
  const { clock, append, durable, troubles, writer } = bench(async () => {
    if (refuses) throw new Error('no room');
  });
  await append(0, 1000);
  await clock.advance(2000);
  expect(durable).toEqual([]);
  expect(troubles.length).toBeGreaterThan(1);
  refuses = false;
  await clock.advance(15_000);
  expect(durable).toEqual([1000n]);
  expect(troubles.at(-1)).toBeUndefined();
  await writer.stop();
  await expect(append(1000, 1)).rejects.toThrow(/stopped/);
});
