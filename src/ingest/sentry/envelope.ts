import { Failure } from '../../base/index.ts';
import type { JsonObject } from '../../issues/index.ts';
import { SENTRY_FAILURES } from './failures.ts';
import { SENTRY_LIMITS } from './limits.ts';

/** One item of an envelope. The payload is a view of the envelope's bytes, not a copy. */
export interface EnvelopeItem {
  readonly type: string;
  readonly header: JsonObject;
  readonly payload: Buffer;
}

export interface Envelope {
  readonly header: JsonObject;
  readonly items: readonly EnvelopeItem[];
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Takes an envelope apart (Sentry's envelope format: a header line, then for each item a header line and a payload
 * that runs for `length` bytes or to the end of its line). A fault anywhere refuses the whole envelope, also the items
 * before it, because behind a wrong length nothing can be told from anything else; a payload is not looked at here.
 * Empty lines between items are skipped, unknown members of headers are kept. Throws `sentry.envelope-malformed` and
 * `sentry.payload-too-large`.
 */
export function parseEnvelope(bytes: Buffer): Envelope {
  const first = readLine(bytes, 0);
  const header = parseHeader(first.line, 'its header');
  const items: EnvelopeItem[] = [];
  let position = skipEmptyLines(bytes, first.next);
  while (position < bytes.length) {
    if (items.length === SENTRY_LIMITS.itemsPerEnvelopeMax) {
      const details = { itemType: 'envelope', limit: SENTRY_LIMITS.itemsPerEnvelopeMax, unit: 'items' };
      throw new Failure(SENTRY_FAILURES.payloadTooLarge, details);
    }
    const { item, next } = readItem(bytes, position, items.length + 1);
    items.push(item);
    position = skipEmptyLines(bytes, next);
  }
  return { header, items };
}

/** The header alone, for finding out who sends before anything else is looked at. */
export const parseEnvelopeHeader = (bytes: Buffer): JsonObject => parseHeader(readLine(bytes, 0).line, 'its header');

function readItem(
  bytes: Buffer,
  start: number,
  number: number,
): { readonly item: EnvelopeItem; readonly next: number } {
  const what = `the header of item ${number}`;
  const { line, next } = readLine(bytes, start);
  const header = parseHeader(line, what);
  const { type, length } = header;
  if (typeof type !== 'string' || type === '') throw malformed(`${what} has no type`);
  if (length === undefined || length === null) {
    const payload = readLine(bytes, next);
    return { item: { type, header, payload: payload.line }, next: payload.next };
  }
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    throw malformed(`the length of item ${number} is not a number of bytes`);
  }
  const end = next + length;
  if (end > bytes.length) throw malformed(`item ${number} is longer than what is left of the envelope`);
  if (end < bytes.length && bytes[end] !== NEWLINE && !isCarriageReturn(bytes, end)) {
    throw malformed(`item ${number} does not end with its length`);
  }
  return { item: { type, header, payload: bytes.subarray(next, end) }, next: end };
}

const isCarriageReturn = (bytes: Buffer, at: number): boolean =>
  bytes[at] === CARRIAGE_RETURN && (at + 1 === bytes.length || bytes[at + 1] === NEWLINE);

function readLine(bytes: Buffer, start: number): { readonly line: Buffer; readonly next: number } {
  const found = start >= bytes.length ? -1 : bytes.indexOf(NEWLINE, start);
  const end = found < 0 ? bytes.length : found;
  return { line: bytes.subarray(Math.min(start, end), end), next: found < 0 ? end : found + 1 };
}

function skipEmptyLines(bytes: Buffer, start: number): number {
  let position = start;
  while (bytes[position] === NEWLINE || bytes[position] === CARRIAGE_RETURN) position += 1;
  return position;
}

function parseHeader(line: Buffer, what: string): JsonObject {
  if (line.length > SENTRY_LIMITS.envelopeHeaderBytesMax) {
    throw malformed(`${what} is longer than ${SENTRY_LIMITS.envelopeHeaderBytesMax} bytes`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString('utf8'));
  } catch {
    // The message of the parser quotes what was sent.
    throw malformed(`${what} is not JSON`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed(`${what} is not an object`);
  }
  return parsed as JsonObject;
}

const malformed = (reason: string): Failure => new Failure(SENTRY_FAILURES.envelopeMalformed, { reason });
