import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/index.ts';

/** Crockford's base 32 in lower case: sorts as its numbers do. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 9;
const RANDOM_BYTES = 7;
const COUNTER_END = 2 ** 30;

/** Every pair of digits, so that ten bits become text in one look-up. */
const PAIRS: readonly string[] = Array.from(
  { length: 1024 },
  (_, value) => `${DIGITS[value >>> 5]}${DIGITS[value & 31]}`,
);

/** Ids of 22 characters: 45 bits of time, 35 bits of chance, 30 bits of counter. */
export interface EventIds {
  /** Call once for each request: reads the clock. */
  readonly start: () => void;
  /** The next id; sorts after every earlier one of this process. */
  readonly next: () => string;
}

/**
 * Ids are ordered by time over restarts and strictly within one process, also when the clock is set back: then the
 * last time is kept. Chance tells apart two processes that start in the same millisecond.
 */
export function createEventIds(clock: Clock): EventIds {
  const random = base32(Number(BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`) & 0x7_ffff_ffffn), 7);
  let lastMs = -1;
  let prefix = '';
  let counter = 0;
  const moveTo = (ms: number): void => {
    lastMs = ms;
    prefix = base32(ms, TIME_DIGITS) + random;
  };
  return {
    start: () => {
      const nowMs = Math.max(0, Math.floor(clock.nowMs()));
      if (nowMs > lastMs) {
        moveTo(nowMs);
        counter = 0;
      }
    },
    next: () => {
      if (counter === COUNTER_END) {
        // The counter of one millisecond is used up: borrow from the next one rather than repeat an id.
        moveTo(lastMs + 1);
        counter = 0;
      }
      const id = `${prefix}${PAIRS[counter >>> 20]}${PAIRS[(counter >>> 10) & 1023]}${PAIRS[counter & 1023]}`;
      counter += 1;
      return id;
    },
  };
}

function base32(value: number, digits: number): string {
  let out = '';
  let rest = value;
  for (let index = 0; index < digits; index += 1) {
    out = `${DIGITS[rest % 32]}${out}`;
    rest = Math.floor(rest / 32);
  }
  return out;
}
