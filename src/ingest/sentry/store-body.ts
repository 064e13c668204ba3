import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { SENTRY_LIMITS } from './limits.ts';
import { invalidItem, tooLargeItem } from './read-json.ts';

const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const OPENING_BRACE = 0x7b;
const BASE64 = /^[A-Za-z0-9+/=_\s-]+$/;

/** SDKs before envelopes packed an event as base64 of zlib without a header that says so. */
export async function unpackStoreBody(body: Buffer): Promise<Buffer> {
  const start = firstVisible(body);
  if (body[start] === OPENING_BRACE || body.length > SENTRY_LIMITS.eventBytesMax * 2) return body;
  const text = body.toString('latin1');
  if (!BASE64.test(text)) return body;
  const packed = Buffer.from(text, 'base64');
  if (packed[firstVisible(packed)] === OPENING_BRACE) return packed;
  try {
    return await inflate(packed, { maxOutputLength: SENTRY_LIMITS.eventBytesMax });
  } catch (error) {
    if (error instanceof RangeError) throw tooLargeItem('event', SENTRY_LIMITS.eventBytesMax, 'bytes');
    throw invalidItem('event', 'invalid-json', 'it is neither JSON nor base64 of zlib');
  }
}

function firstVisible(body: Buffer): number {
  let at = 0;
  while (at < body.length && (body[at] ?? 0) <= 0x20) at += 1;
  return at;
}
