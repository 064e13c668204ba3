import type { LogRow } from '../types.ts';
import {
  encodeByte,
  encodeFlagMap,
  encodeMs,
  encodeNs,
  encodeNumberMap,
  encodeText,
  encodeTextMap,
  remembering,
  rememberingObjects,
} from './encode-values.ts';
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
