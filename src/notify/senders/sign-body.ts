import { createHmac, timingSafeEqual } from 'node:crypto';
import { SECOND_MS } from '../../base/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';

export const SIGNATURE_HEADER = 'Holdfast-Signature';

const macOf = (secret: string, seconds: number, body: string): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.${body}`).digest();

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over the seconds, a full stop and the body as sent. */
export function signBody(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / SECOND_MS);
  return `t=${seconds},v1=${macOf(secret, seconds, body).toString('hex')}`;
}

/** How a receiver checks it; docs/notifications.md tells the same in words. */
export function isSignatureGood(header: string, given: { secret: string; body: string; nowMs: number }): boolean {
  const [, digits, hex] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (digits === undefined || hex === undefined) return false;
  const seconds = Number(digits);
  if (Math.abs(given.nowMs - seconds * SECOND_MS) > NOTIFY_LIMITS.signatureWindowMs) return false;
  return timingSafeEqual(macOf(given.secret, seconds, given.body), Buffer.from(hex, 'hex'));
}
