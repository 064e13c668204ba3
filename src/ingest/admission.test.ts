import { expect, it } from 'vitest';
import { createAdmission } from './admission.ts';

const create = () => createAdmission({ bytesMax: 100, measure: 'test' });
const overloaded = expect.objectContaining({ code: 'ingest.overloaded', retryable: true, retryAfterSeconds: 2 });

it('admits up to its limit and refuses past it, taking nothing', () => {
  const admission = create();
  const first = admission.enter(60);
  const second = admission.enter(40);
  expect(() => admission.enter(1)).toThrow(overloaded);
  expect(() => second.grow(1)).toThrow(overloaded);
  expect(() => admission.check(1)).toThrow(overloaded);
  expect(admission.bytesInFlight()).toBe(100);
  first.release();
  second.grow(60);
  expect(admission.bytesInFlight()).toBe(100);
});

it('admits one request alone whatever its size, so that none is retried for ever', () => {
  const admission = create();
  const lease = admission.enter(500);
  lease.grow(500);
  expect(() => admission.enter(1)).toThrow(overloaded);
  lease.release();
  expect(admission.bytesInFlight()).toBe(0);
});

it('gives back once, however often it is released', () => {
  const admission = create();
  const lease = admission.enter(60);
  admission.enter(30);
  lease.release();
  lease.release();
  expect(admission.bytesInFlight()).toBe(30);
});
