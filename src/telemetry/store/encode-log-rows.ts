import { storableText } from '../../base/index.ts';
import type { LogRow } from '../types.ts';
import type { RowBuffer } from './row-buffer.ts';

/**
 * Writes rows as JSONCompactEachRow, in the order of the columns of LOGS_SCHEMA.
 *
 * This is the hottest code of the store: writing costs the engine less than marshalling costs us. So it makes
 * one string a row, leaves escaping to the native JSON.stringify, encodes once what neighbouring rows share,
 * and copies the bytes once.
 *
 * Every value that passed the check is put into the range of its column, so that the engine finds nothing to refuse
 * in an insert that carries the rows of many callers.
 *
 * The rows must have passed `checkLogRows`.
 */
export function encodeLogRows(rows: readonly LogRow[], into: RowBuffer): void {
  const encodeRow = rowEncoder();
  for (const row of rows) into.append(encodeRow(row));
}

/** The memories live for one call only: a caller may change an object between two calls, not during one. */
function rowEncoder(): (row: LogRow) => string {
  const ingestTime = remembering(encodeMs);
  const group = remembering(encodeText);
  const stream = remembering(encodeText);
  const service = remembering(encodeText);
  const severity = remembering(encodeText);
  const scopeName = remembering(encodeText);
  const scopeVersion = remembering(encodeText);
  const eventName = remembering(encodeText);
  const resource = rememberingObjects(encodeTextMap);
  const attributes = encodeTextMap;
  const numbers = encodeNumberMap;
  const flags = encodeFlagMap;
  return (row) =>
    `[${encodeNs(row.timeNs)},${ingestTime(row.ingestTimeMs)},${group(row.logGroup)},${stream(row.logStream)},` +
    `${encodeText(row.eventId)},${service(row.service)},${encodeByte(row.severityNumber)},` +
    `${severity(row.severityText)},${encodeText(row.body)},${encodeText(row.traceId)},${encodeText(row.spanId)},` +
    `${encodeByte(row.traceFlags)},${scopeName(row.scopeName)},${scopeVersion(row.scopeVersion)},` +
    `${eventName(row.eventName)},${resource(row.resource)},${attributes(row.attributesString)},` +
    `${numbers(row.attributesNumber)},${flags(row.attributesBool)},${row.retentionDays}]\n`;
}

/** Rows that arrive together mostly share these values, often the very same object. */
function remembering<T>(encode: (value: T) => string): (value: T) => string {
  let known: { readonly value: T; readonly encoded: string } | undefined;
  return (value) => {
    if (known === undefined || known.value !== value) known = { value, encoded: encode(value) };
    return known.encoded;
  };
}

/** The rows of one sender share one resource object; rows of several senders may alternate. */
function rememberingObjects<T extends object>(encode: (value: T) => string): (value: T) => string {
  const known = new WeakMap<T, string>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const encoded = encode(value);
    known.set(value, encoded);
    return encoded;
  };
}

/** Quoted seconds with nine decimals: a bare number would pass through a double and lose nanoseconds. */
function encodeNs(ns: bigint): string {
  // Ten digits of seconds, because the engine reads four to eight digits as a calendar date.
  const digits = ns.toString().padStart(19, '0');
  return `"${digits.slice(0, -9)}.${digits.slice(-9)}"`;
}

function encodeMs(ms: number): string {
  const digits = String(Math.trunc(ms)).padStart(13, '0');
  return `"${digits.slice(0, -3)}.${digits.slice(-3)}"`;
}

const encodeText = (text: string): string => (text === '' ? '""' : JSON.stringify(storableText(text)));

const encodeByte = (value: number): number => (value >= 0 && value <= 255 ? Math.trunc(value) : 0);

function encodeTextMap(map: Readonly<Record<string, string>>): string {
  if (isEmpty(map)) return '{}';
  const encoded = JSON.stringify(map);
  // JSON.stringify writes lone surrogates and NUL as escapes that the engine would not take as text.
  return encoded.includes('\\u') ? entries(map, encodeText) : encoded;
}

function encodeNumberMap(map: Readonly<Record<string, number>>): string {
  if (isEmpty(map)) return '{}';
  const encoded = JSON.stringify(map);
  return encoded.includes('\\u') || encoded.includes('null') ? entries(map, encodeNumber) : encoded;
}

/** JSON has no form for them; the engine reads these words in quotes. */
const encodeNumber = (value: number): string => (Number.isFinite(value) ? String(value) : `"${value}"`);

function encodeFlagMap(map: Readonly<Record<string, boolean>>): string {
  if (isEmpty(map)) return '{}';
  const encoded = JSON.stringify(map);
  return encoded.includes('\\u') ? entries(map, String) : encoded;
}

function isEmpty(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

const entries = <T>(map: Readonly<Record<string, T>>, encode: (value: T) => string): string =>
  `{${Object.entries(map)
    .map(([name, value]) => `${encodeText(name)}:${encode(value)}`)
    .join(',')}}`;
