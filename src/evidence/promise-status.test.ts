import { expect, test } from 'vitest';
import { probeStatus, promiseStatus } from './promise-status.ts';
import { PROMISES } from './promises.ts';
import type { ProbeSpec, Proof } from './types.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const spec: ProbeSpec = { id: 'canary', promise: 'M1', statement: 'A canary is found', cadenceMs: 10 * MINUTE };
const proof = (agoMs: number, passed = true): Proof => ({
  id: 'p',
  probe: 'canary',
  promise: 'M1',
  passed,
  summary: passed ? 'found in 38 ms' : 'not found',
  measurements: {},
  startedAtMs: NOW - agoMs,
  durationMs: 40,
});
const promise = { id: 'M1', title: 't', sentence: 's', requires: ['canary'] } as const;

const check = (newest: Proof | undefined, probe: string, state: string): void => {
  const status = probeStatus(spec, newest, NOW);
  expect(status.state).toBe(probe);
  expect(promiseStatus(promise, [status], NOW, undefined).state).toBe(state);
};

test('a promise is proven only by a passed and fresh measurement', () => {
  check(undefined, 'never-run', 'unproven');
  check(proof(1 * MINUTE), 'passed', 'proven');
  check(proof(15 * MINUTE), 'passed', 'proven');
  check(proof(15 * MINUTE + 1), 'stale', 'unproven');
  check(proof(1 * MINUTE, false), 'failed', 'broken');
  check(proof(90 * MINUTE, false), 'failed', 'broken');
});

test('a proof from the future proves nothing, because the clock was set back', () => {
  check(proof(-1 * MINUTE), 'stale', 'unproven');
  const status = probeStatus(spec, proof(-1 * MINUTE), NOW);
  expect(promiseStatus(promise, [status], NOW, undefined).reason).toMatch(/clock was set back/);
});

test('a promise that nothing measures is unproven, and one required probe that is missing keeps it so', () => {
  expect(promiseStatus({ ...promise, requires: [] }, [], NOW, undefined).state).toBe('unproven');
  const passed = probeStatus(spec, proof(1), NOW);
  const both = promiseStatus({ ...promise, requires: ['canary', 'other'] }, [passed], NOW, undefined);
  expect(both.state).toBe('unproven');
  expect(both.reason).toContain('other');
});

test('the page has the seventeen promises in order', () => {
  expect(PROMISES.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, index) => `M${index + 1}`));
});
