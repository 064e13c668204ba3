import type { JsonValue } from '../../issues/index.ts';
import { SENTRY_LIMITS } from './limits.ts';

const NS_PER_MS = 1_000_000n;
const FRACTION = /\.(\d{1,9})\d*(?=Z|[+-]\d\d:?\d\d$|$)/i;
const HAS_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;
/** More seconds than this are milliseconds: the year 5138. */
const SECONDS_MAX = 1e11;

/**
 * A time as SDKs write it: seconds since 1970 with a fraction, as number or text, or ISO 8601 with or without a zone
 * (then UTC). In nanoseconds; numbers are exact to about a microsecond. Undefined for anything else and before 1970.
 */
export function readTimeNs(value: JsonValue | undefined): bigint | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value === '' || value.length > 64) return undefined;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return fromNumber(Number(text));
  return fromText(text);
}

function fromNumber(value: number): bigint | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const seconds = value > SECONDS_MAX ? value / 1_000 : value;
  if (seconds > SECONDS_MAX) return undefined;
  const whole = Math.floor(seconds);
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.round((seconds - whole) * 1e6)) * 1_000n;
}

function fromText(text: string): bigint | undefined {
  const fraction = FRACTION.exec(text)?.[1];
  const whole = fraction === undefined ? text : text.replace(FRACTION, '');
  const withZone = HAS_ZONE.test(whole) || !whole.includes(':') ? whole : `${whole}Z`;
  const ms = Date.parse(withZone);
  if (!Number.isFinite(ms) || ms < 0) return undefined;
  const nanoseconds = fraction === undefined ? 0n : BigInt(fraction.padEnd(9, '0'));
  return BigInt(ms) * NS_PER_MS + nanoseconds;
}

export function readTimeMs(value: JsonValue | undefined): number | undefined {
  const ns = readTimeNs(value);
  return ns === undefined ? undefined : Number(ns / NS_PER_MS);
}

/**
 * How far a sender's clock is behind (above zero) or ahead, by when it says that it sent. Small differences are the
 * network and count as none.
 */
export function driftMs(sentAtMs: number | undefined, receivedMs: number): number {
  if (sentAtMs === undefined) return 0;
  const drift = Math.floor(receivedMs) - sentAtMs;
  return Math.abs(drift) >= SENTRY_LIMITS.clockDriftMsMin ? drift : 0;
}
