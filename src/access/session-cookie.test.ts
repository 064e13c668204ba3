import { expect, test } from 'vitest';
import { clearedSessionCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';

test('a session cookie is for this site alone and out of reach of scripts', () => {
  expect(sessionCookie('abc', { isSecure: false, maxAgeSeconds: 60.9 })).toBe(
    'holdfast_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
  );
  expect(sessionCookie('abc', { isSecure: true, maxAgeSeconds: 60 })).toBe(
    '__Host-holdfast_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
  );
  expect(clearedSessionCookie({ isSecure: true })).toContain('__Host-holdfast_session=; Path=/; Max-Age=0;');
});

test('the token is found among other cookies, the secure one first', () => {
  expect(readSessionCookie(undefined)).toBeUndefined();
  expect(readSessionCookie('')).toBeUndefined();
  expect(readSessionCookie('a=b; xholdfast_session=no')).toBeUndefined();
  expect(readSessionCookie('a=b; holdfast_session=t1; c')).toBe('t1');
  expect(readSessionCookie('holdfast_session=t1;__Host-holdfast_session=t2')).toBe('t2');
});
