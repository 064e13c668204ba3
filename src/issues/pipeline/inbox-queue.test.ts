import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NormalizedEvent } from '../types.ts';
import { createInboxIds } from './inbox-ids.ts';
import { createInboxQueue, type InboxQueue } from './inbox-queue.ts';
import type { QueuedEvent } from './queued-event.ts';
import { createSeenIds } from './seen-ids.ts';

const event = (inboxId: string): QueuedEvent => ({
  inboxId,
  event: {} as NormalizedEvent,
  payload: 'x'.repeat(10),
  isRecovered: false,
});

/** A queue over a disk that is a set of ids. */
function queueOver(disk: Set<string>, memoryEventsMax: number, pageMax = 3): InboxQueue {
  return createInboxQueue({
    memoryEventsMax,
    start: {
      after: '',
      events: disk.size,
      bytes: disk.size * 10,
      lastId: [...disk].sort().at(-1) ?? '',
    },
    readPage: async (after, before) => {
      const ids = [...disk].sort().filter((id) => id > after && (before === undefined || id < before));
      await Promise.resolve();
      const page = ids.slice(0, pageMax);
      return { events: page.map(event), lastId: page.at(-1) };
    },
  });
}

const takeAll = async (queue: InboxQueue, into: string[]): Promise<void> => {
  for (let idle = 0; idle < 3; ) {
    const batch = await queue.take({ events: 2, bytes: 1000 });
    into.push(...batch.map(({ inboxId }) => inboxId));
    queue.done(batch);
    idle = batch.length === 0 ? idle + 1 : 0;
  }
};

const idOf = (index: number): string => String(index).padStart(4, '0');

describe('the queue over the inbox', () => {
  it('gives everything that was accepted once and in order, whatever the order of the answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('begin', 'accept', 'abandon', 'take'), { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        fc.infiniteStream(fc.nat()),
        async (steps, memoryMax, before, chances) => {
          const disk = new Set(Array.from({ length: before }, (_, index) => idOf(index)));
          const queue = queueOver(disk, memoryMax);
          const expected = new Set(disk);
          const taken: string[] = [];
          const open: string[] = [];
          let next = before;
          const openOne = (): string => open.splice((chances.next().value ?? 0) % open.length, 1)[0] ?? '';
          for (const step of steps) {
            if (step === 'begin') {
              queue.begin([idOf(next)]);
              open.push(idOf(next));
              next += 1;
            } else if (step === 'take') {
              const batch = await queue.take({ events: 2, bytes: 15 });
              taken.push(...batch.map(({ inboxId }) => inboxId));
              queue.done(batch);
              // The mark would pass over what is still being written.
              for (const id of open) expect(taken.every((one) => one < id)).toBe(true);
            } else if (open.length > 0) {
              const id = openOne();
              if (step === 'abandon') queue.abandon([id]);
              else {
                disk.add(id);
                expected.add(id);
                queue.accept([event(id)]);
              }
            }
          }
          queue.abandon(open);
          await takeAll(queue, taken);
          expect(taken).toEqual([...expected].sort());
          expect(queue.isIdle()).toBe(true);
          expect(queue.isReady()).toBe(false);
          expect(queue.size()).toEqual({ events: 0, bytes: 0, onDisk: 0 });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts what waits in memory and on disk, and what is being processed', async () => {
    const disk = new Set<string>();
    const queue = queueOver(disk, 2);
    for (let index = 0; index < 5; index += 1) {
      queue.begin([idOf(index)]);
      disk.add(idOf(index));
      queue.accept([event(idOf(index))]);
    }
    expect(queue.size()).toEqual({ events: 5, bytes: 50, onDisk: 3 });
    const batch = await queue.take({ events: 2, bytes: 1000 });
    expect(queue.size().events).toBe(5);
    expect(queue.isIdle()).toBe(false);
    queue.done(batch);
    expect(queue.size()).toMatchObject({ events: 3 });
    expect(queue.oldestId()).toBe('0001');
  });

  it('lets one event pass that is larger than a batch may be', async () => {
    const queue = queueOver(new Set(), 10);
    queue.begin(['1', '2']);
    queue.accept([event('1'), event('2')]);
    expect(await queue.take({ events: 10, bytes: 1 })).toHaveLength(1);
  });
});

describe('ids of the inbox', () => {
  it('only grow, while the clock stands, goes back, or starts behind the last run', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2e12 }), { minLength: 2 }), (times) => {
        let at = 0;
        const ids = createInboxIds({ nowMs: () => times[at++ % times.length] ?? 0 }, '18000000000000000005');
        const given = times.map(() => ids.next());
        expect([...given].sort()).toEqual(given);
        expect(new Set(given).size).toBe(given.length);
        expect(given.every((id) => id.length === 20 && id > '18000000000000000005')).toBe(true);
      }),
    );
  });
});

describe('the memory of events that were processed', () => {
  it('never denies one that was added since it says', () => {
    const seen = createSeenIds(1000, 50);
    const ids = Array.from({ length: 500 }, (_, index) => (index * 7919).toString(16).padStart(32, 'a5'));
    let sinceAt = 0;
    for (const [index, id] of ids.entries()) {
      seen.add('7', id, 1000 + index);
      sinceAt = Math.max(0, seen.sinceMs() - 1000);
      for (const one of ids.slice(sinceAt, index + 1)) expect(seen.has('7', one)).toBe(true);
    }
    expect(sinceAt).toBeGreaterThan(350);
    expect(seen.has('7', 'f'.repeat(32))).toBe(false);
    expect(seen.has('8', ids.at(-1) ?? '')).toBe(false);
  });
});
