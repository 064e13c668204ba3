import { expect, test } from 'vitest';
import { isFailure } from '../../../base/index.ts';
import { parseSearch } from './parse-search.ts';
import { readTime } from './read-value.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12);
const read = (query: string): string => {
  const node = parseSearch(query);
  if (node.type !== 'term') return 'no term';
  const shown = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());
  try {
    const { fromMs, toMs } = readTime(node, NOW_MS);
    return `${shown(fromMs)}..${shown(toMs)}`;
  } catch (error) {
    if (isFailure(error)) return String(error.details['reason']);
    throw error;
  }
};

test('a time is since then, before then, or the span that was written', () => {
  const check = (query: string, expected: string): void => expect(read(query), query).toBe(expected);
  check('t:-24h', '2026-01-30T12:00:00.000Z..');
  check('t:-1h30m', '2026-01-31T10:30:00.000Z..');
  check('t:+1w', '..2026-01-24T12:00:00.000Z');
  check('t:2026-01-02', '2026-01-02T00:00:00.000Z..2026-01-03T00:00:00.000Z');
  check('t:2026-01-02T03:04', '2026-01-02T03:04:00.000Z..2026-01-02T03:05:00.000Z');
  check('t:2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z..2026-01-02T03:04:06.000Z');
  check('t:2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z..2026-01-02T03:04:05.679Z');
  check('t:2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z..2026-01-02T01:04:06.000Z');
  check('t:"2026-01-02 03:04"', '2026-01-02T03:04:00.000Z..2026-01-02T03:05:00.000Z');
  check('t:>2026-01-02', '2026-01-03T00:00:00.000Z..');
  check('t:>=2026-01-02', '2026-01-02T00:00:00.000Z..');
  check('t:<2026-01-02', '..2026-01-02T00:00:00.000Z');
  check('t:<=2026-01-02', '..2026-01-03T00:00:00.000Z');
  check('t:>-24h', '-24h is no time');
  check('t:2026-02-31', '2026-02-31 is no time');
  check('t:2026-13-01', '2026-13-01 is no time');
  check('t:24h', '24h is no time');
  check('t:-', '- is no time');
  check('t:[-1h,-2h]', 't takes one value');
});
