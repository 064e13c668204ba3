import { type Clock, Failure } from '../../base/index.ts';
import type { IncomingLog } from '../../logs/index.ts';
import { BODY_TOO_LONG, isBodyTooLong } from '../attributes.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { timeWindowAt } from '../record-time.ts';
import { SLICE_MASK, startTimeSlice } from '../time-slice.ts';
import { type LineObject, type LineResult, readObject } from './read-object.ts';

export type LineFormat = 'json' | 'text';

export interface LineRules {
  readonly format: LineFormat;
  /** What becomes of a line that cannot be read: the whole request is refused, or the line is kept as text. */
  readonly onError: 'refuse' | 'keep';
  readonly receivedMs: number;
}

/**
 * One record a line, in order; empty lines are skipped. Throws `ingest.line-malformed` naming the line, and
 * `ingest.too-many-records`.
 */
export async function parseLines(body: Buffer, rules: LineRules, clock: Clock): Promise<readonly IncomingLog[]> {
  const text = body.toString('utf8');
  const receivedNs = BigInt(Math.floor(rules.receivedMs)) * 1_000_000n;
  const when = { window: timeWindowAt(rules.receivedMs), receivedNs };
  const slice = startTimeSlice(clock);
  const records: IncomingLog[] = [];
  let number = 0;
  for (let start = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end);
    start = end + 1;
    number += 1;
    if ((number & SLICE_MASK) === 0 && slice.due()) await slice.rest();
    if (line.trim() === '') continue;
    if (records.length === INGEST_LIMITS.recordsPerRequestMax) {
      throw new Failure(INGEST_FAILURES.tooManyRecords, { limit: INGEST_LIMITS.recordsPerRequestMax });
    }
    const result = rules.format === 'text' ? textRecord(line, receivedNs) : parseLine(line, when);
    if (result.type === 'record') {
      records.push(result.record);
    } else if (rules.onError === 'keep') {
      records.push({ timeNs: receivedNs, body: cutBody(line) });
    } else {
      throw new Failure(INGEST_FAILURES.lineMalformed, { line: number, reason: result.reason });
    }
  }
  return records;
}

const BYTE_ORDER_MARK = 0xfeff;
const CARRIAGE_RETURN = 13;

const textRecord = (line: string, timeNs: bigint): LineResult =>
  isBodyTooLong(line) ? { type: 'refused', reason: BODY_TOO_LONG } : { type: 'record', record: { timeNs, body: line } };

function parseLine(line: string, when: Parameters<typeof readObject>[2]): LineResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The engine's message would quote the line, which may hold a secret.
    return { type: 'refused', reason: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { type: 'refused', reason: 'it is not a JSON object' };
  }
  return readObject(value as LineObject, line, when);
}

/**
 * A line kept in spite of its length is cut with a mark that says so. The sink redacts what is left, and a secret
 * that the cut went through is no longer whole.
 */
function cutBody(line: string): string {
  if (!isBodyTooLong(line)) return line;
  const bytes = Buffer.byteLength(line);
  const mark = ` [cut: the line had ${bytes} bytes]`;
  const kept = Buffer.from(line).subarray(0, INGEST_LIMITS.recordBodyBytesMax - mark.length - UTF8_LENGTH_MAX);
  return `${kept.toString('utf8').replace(/\ufffd$/, '')}${mark}`;
}

const UTF8_LENGTH_MAX = 4;
