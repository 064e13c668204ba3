import { describe, expect, test } from 'vitest';
import type { DatabaseStatus } from '../../console/src/api/types.ts';
import {
  gapsOf,
  isRestorable,
  type Picked,
  readPicked,
  restoreCommand,
  stretchesOf,
  targetOf,
  toSecond,
  writePicked,
} from '../../console/src/databases/restorable.ts';
import { retentionLines } from '../../console/src/databases/retention-lines.ts';
import { ticksOf, viewAround } from '../../console/src/databases/strip-scale.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const range = (fromHour: number, toHour: number, timeline = 1): DatabaseStatus['ranges'][number] => ({
  fromMs: NOON + fromHour * HOUR,
  toMs: NOON + toHour * HOUR,
  timeline,
});

describe('what is restorable', () => {
  test('joins the stretches of several timelines, and finds the gaps between what is left', () => {
    const stretches = stretchesOf([range(-4, -1, 2), range(-20, -6), range(-10, -5)]);
    expect(stretches).toEqual([
      { fromMs: NOON - 20 * HOUR, toMs: NOON - 5 * HOUR },
      { fromMs: NOON - 4 * HOUR, toMs: NOON - HOUR },
    ]);
    expect(gapsOf(stretches, NOON - DAY)).toEqual([{ fromMs: NOON - 5 * HOUR, toMs: NOON - 4 * HOUR }]);
    expect(gapsOf(stretches, NOON - 3 * HOUR)).toEqual([]);
    expect(isRestorable(stretches, NOON - 5 * HOUR)).toBe(true);
    expect(isRestorable(stretches, NOON - 5 * HOUR + 1)).toBe(false);
  });

  test('picks whole seconds, and never one beyond the ends', () => {
    const domain = { fromMs: NOON + 400, toMs: NOON + 9_700 };
    expect(toSecond(NOON + 4_600, domain)).toBe(NOON + 5_000);
    expect(toSecond(NOON - 5_000, domain)).toBe(NOON + 400);
    expect(toSecond(NOON + 9_650, domain)).toBe(NOON + 9_700);
  });
});

describe('what is picked', () => {
  test.each<readonly [Picked, string, object]>([
    [{ type: 'latest' }, 'latest', {}],
    [{ type: 'time', timeMs: NOON }, '2026-11-22T12:00:00.000Z', { timeMs: NOON }],
    [{ type: 'snapshot', id: 'orders-1' }, 'snapshot:orders-1', { snapshot: 'orders-1' }],
    [{ type: 'point', name: 'a:b' }, 'point:a:b', { name: 'a:b' }],
  ])('stands in the address as it is read from it: %o', (picked, text, target) => {
    expect(writePicked(picked)).toBe(text);
    expect(readPicked(text)).toEqual(picked);
    expect(targetOf(picked)).toEqual(target);
  });

  test('is nothing when the address holds no time', () => {
    expect(readPicked('soon')).toBeUndefined();
    expect(readPicked(undefined)).toBeUndefined();
  });

  test('is the same as a command, with what the shell would change in quotes', () => {
    const oneLine = (text: string): string => text.replaceAll(' \\\n ', '');
    expect(oneLine(restoreCommand('orders', { type: 'time', timeMs: NOON }, '/srv/new', '5544'))).toBe(
      'bin/holdfast restore apply -d orders --to 2026-11-22T12:00:00.000Z --into /srv/new --port 5544',
    );
    expect(oneLine(restoreCommand('orders', { type: 'point', name: 'before $1' }, "it's", ''))).toBe(
      "bin/holdfast restore apply -d orders --name 'before $1' --into 'it'\\''s'",
    );
    expect(restoreCommand('orders', { type: 'latest' }, '', '')).toContain('--into <folder>');
  });
});

describe('the strip', () => {
  test('has its ticks at round times of the shown clock, far enough apart to be read', () => {
    const day = ticksOf({ fromMs: NOON - DAY, toMs: NOON }, 1000, 'utc');
    expect(day.map(({ text }) => text)).toContain('11-22');
    expect(day[1] === undefined || day[0] === undefined ? 0 : day[1].timeMs - day[0].timeMs).toBe(2 * HOUR);
    const minute = ticksOf({ fromMs: NOON, toMs: NOON + 60_000 }, 400, 'utc');
    expect(minute.map(({ text }) => text)).toEqual(['12:00:00', '12:00:15', '12:00:30', '12:00:45', '12:01:00']);
  });

  test('comes nearer around a moment, and stays within what there is', () => {
    const domain = { fromMs: NOON - DAY, toMs: NOON };
    expect(viewAround(domain, NOON - 6 * HOUR, HOUR)).toEqual({ fromMs: NOON - 6.5 * HOUR, toMs: NOON - 5.5 * HOUR });
    expect(viewAround(domain, NOON, HOUR)).toEqual({ fromMs: NOON - HOUR, toMs: NOON });
    expect(viewAround(domain, NOON, 2 * DAY)).toEqual(domain);
  });
});

describe('the retention plan', () => {
  test('has one row for the pieces of WAL that are kept for the same reason, and one for each snapshot', () => {
    const locked = (index: number) => {
      const untilMs = NOON + index * HOUR;
      const reason = `it is locked until ${new Date(untilMs).toISOString()}`;
      return { what: `WAL 1 0/${index}000000`, untilMs, reason };
    };
    const lines = retentionLines({
      keeps: [
        locked(3),
        { what: 'snapshot orders-1', untilMs: NOON, reason: 'of its day' },
        locked(1),
        locked(2),
        { what: 'snapshot orders-2', untilMs: NOON, reason: 'of its day' },
      ],
      removals: [{ what: 'WAL 1 0/0', reason: 'nothing needs it' }],
    });
    expect(lines).toEqual([
      { what: 'WAL 1 0/0', reason: 'nothing needs it', pieces: 1 },
      { what: 'snapshot orders-1', reason: 'of its day', untilMs: NOON, pieces: 1 },
      { what: 'snapshot orders-2', reason: 'of its day', untilMs: NOON, pieces: 1 },
      {
        ...{ what: 'WAL', reason: 'it is locked until then', pieces: 3 },
        ...{ fromMs: NOON + HOUR, untilMs: NOON + 3 * HOUR },
      },
    ]);
  });
});
