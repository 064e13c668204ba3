import { expect, test } from 'vitest';
import { HOUR_MS } from '../../base/index.ts';
import type { OutcomeCount } from '../types.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';
import { WaitingCounts } from './waiting-counts.ts';

const NOW = 500_000 * HOUR_MS + 7;
const one: OutcomeCount = {
  ...{ projectId: '7', category: 'error', itemType: 'event', outcome: 'accepted', reason: '', quantity: 1 },
};

test('equal counts of an hour are one sum, and taking leaves nothing behind', () => {
  const counts = new WaitingCounts();
  counts.add([one, { ...one, quantity: 2 }, { ...one, outcome: 'invalid', reason: 'too-large' }], NOW);
  counts.add([one], NOW + HOUR_MS);
  const { rows, accepted } = counts.take();
  expect(rows.map(({ hour_ms, outcome, quantity }) => [hour_ms, outcome, quantity])).toEqual([
    [500_000 * HOUR_MS, 'accepted', 3],
    [500_000 * HOUR_MS, 'invalid', 1],
    [500_001 * HOUR_MS, 'accepted', 1],
  ]);
  expect(accepted.get('7')).toBe(NOW + HOUR_MS);
  expect(counts.take().rows).toEqual([]);
});

test('what could not be written comes back to what was counted meanwhile', () => {
  const counts = new WaitingCounts();
  counts.add([one], NOW);
  counts.used('key', NOW);
  const taken = counts.take();
  counts.add([one, one], NOW + 1);
  counts.used('key', NOW + 1);
  counts.putBack(taken);
  const again = counts.take();
  expect(again.rows.map(({ quantity }) => quantity)).toEqual([3]);
  expect([again.used.get('key'), again.accepted.get('7')]).toEqual([NOW + 1, NOW + 1]);
});

test('words that senders choose are cut, cleaned and bounded, and nothing goes uncounted', () => {
  const counts = new WaitingCounts();
  const flood = Array.from({ length: 1_000 }, (_, index) => ({ ...one, reason: `${index}${'x'.repeat(200)}` }));
  counts.add([{ ...one, reason: '<b>\u0000\u001b[2J' }, ...flood, { ...one, quantity: Number.NaN }], NOW);
  const { rows } = counts.take();
  expect(rows.length).toBe(ISSUES_PROJECTS_LIMITS.countKeysPerHourMax + 1);
  expect(rows[0]?.reason).toBe('?b????2J');
  expect(Math.max(...rows.map(({ reason }) => reason.length))).toBe(ISSUES_PROJECTS_LIMITS.countWordCharsMax);
  expect(rows.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(1_001);
});
