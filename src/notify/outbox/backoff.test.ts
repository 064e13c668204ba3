import { expect, test } from 'vitest';
import { NOTIFY_LIMITS } from '../limits.ts';
import { judgeAnswer, readRetryAfterMs } from '../senders/http-result.ts';
import { isSignatureGood, signBody } from '../senders/sign-body.ts';
import { afterAttempt } from './backoff.ts';
import { createCap } from './channel-caps.ts';

const given = { attempts: 1, createdMs: 0, nowMs: 1_000, chance: 0 };
const busy = { type: 'busy', detail: 'HTTP 503' } as const;

test('what follows an attempt', () => {
  expect(afterAttempt({ type: 'delivered', detail: '' }, given)).toEqual({ type: 'delivered' });
  expect(afterAttempt({ type: 'refused', detail: 'HTTP 404' }, given)).toEqual({ type: 'failed', reason: 'HTTP 404' });
  const waitOf = (attempts: number, chance: number): number => {
    const after = afterAttempt(busy, { ...given, attempts, chance });
    return after.type === 'retry' ? after.nextMs - given.nowMs : -1;
  };
  expect(waitOf(1, 0)).toBe(1_000);
  expect(waitOf(1, 1)).toBe(2_000);
  expect(waitOf(3, 1)).toBe(8_000);
  expect(waitOf(60, 1)).toBe(NOTIFY_LIMITS.backoffMsMax);
});

test('a receiver that says when is asked then, and pauses its channel', () => {
  expect(afterAttempt({ ...busy, retryAfterMs: 90_000 }, given)).toEqual({
    type: 'retry',
    nextMs: 91_000,
    pausedUntilMs: 91_000,
  });
});

test('a delivery is given up when its time is over', () => {
  const late = afterAttempt(busy, { ...given, attempts: 80, nowMs: NOTIFY_LIMITS.giveUpMs });
  expect(late).toEqual({ type: 'failed', reason: 'given up after 80 attempts: HTTP 503' });
});

test('what an answer means', () => {
  const check = (status: number, expected: string) =>
    expect(judgeAnswer({ status, retryAfter: undefined, body: '' }, 0).type).toBe(expected);
  check(200, 'delivered');
  check(204, 'delivered');
  check(301, 'refused');
  check(400, 'refused');
  check(401, 'refused');
  check(408, 'busy');
  check(410, 'refused');
  check(429, 'busy');
  check(500, 'busy');
  check(503, 'busy');
});

test('Retry-After is read in both of its forms and within its limit', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  expect(readRetryAfterMs('120', nowMs)).toBe(120_000);
  expect(readRetryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', nowMs)).toBe(60_000);
  expect(readRetryAfterMs('Thu, 01 Jan 2015 00:01:00 GMT', nowMs)).toBe(0);
  expect(readRetryAfterMs('99999999', nowMs)).toBe(NOTIFY_LIMITS.retryAfterMsMax);
  expect(readRetryAfterMs('soon', nowMs)).toBeUndefined();
  expect(readRetryAfterMs(undefined, nowMs)).toBeUndefined();
});

test('a signature holds for its body, secret and time alone', () => {
  const header = signBody('secret', '{"a":1}', 1_700_000_000_000);
  const check = (change: object, expected: boolean) =>
    expect(isSignatureGood(header, { secret: 'secret', body: '{"a":1}', nowMs: 1_700_000_060_000, ...change })).toBe(
      expected,
    );
  check({}, true);
  check({ body: '{"a":2}' }, false);
  check({ secret: 'other' }, false);
  check({ nowMs: 1_700_000_000_000 + NOTIFY_LIMITS.signatureWindowMs + 1_000 }, false);
  expect(isSignatureGood('t=1,v1=', { secret: 'secret', body: '', nowMs: 0 })).toBe(false);
});

test('a channel gets its cap in each minute and keeps the worst of what is held back', () => {
  const start = { windowMs: 0, windowCount: 0, heldCount: 0, heldSeverity: undefined, heldTitles: [] };
  const cap = createCap(start, { waiting: 0, nowMs: 61_000 });
  for (let sent = 0; sent < NOTIFY_LIMITS.perChannelPerMinute; sent += 1) {
    expect(cap.overUntilMs()).toBeUndefined();
    cap.count();
  }
  expect(cap.overUntilMs()).toBe(120_000);
  cap.hold({ severity: 'low', title: 'small' });
  cap.hold({ severity: 'critical', title: 'large' });
  expect(cap.stored()).toMatchObject({ heldCount: 2, heldSeverity: 'critical', heldTitles: ['large', 'small'] });
  expect(createCap(cap.stored(), { waiting: 0, nowMs: 125_000 }).overUntilMs()).toBeUndefined();
  const full = createCap(start, { waiting: NOTIFY_LIMITS.waitingPerChannelMax, nowMs: 61_000 });
  expect(full.overUntilMs()).toBe(120_000);
});
