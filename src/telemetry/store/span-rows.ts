import { Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { SPANS } from '../schema/index.ts';
import type { StoredSpan } from '../types.ts';
import type { RowKind } from './append-rows.ts';
import {
  encodeFlagMap,
  encodeNs,
  encodeNumberMap,
  encodeText,
  encodeTextMap,
  remembering,
  rememberingObjects,
} from './encode-values.ts';

const TIME_NS_MAX = BigInt(TELEMETRY_LIMITS.timeSecondsMax) * 1_000_000_000n;
const UINT64_MAX = 2n ** 64n - 1n;
const SPAN_BYTES = 900;
const EVENT_BYTES = 200;

export const SPAN_ROWS: RowKind<StoredSpan> = {
  columns: SPANS.columns.map((column) => column.name),
  tableOf: () => SPANS.name,
  // Looking up a trace must be fast from its first second on.
  indexOnInsert: true,
  estimateBytes: (row) => SPAN_BYTES + row.statusMessage.length + row.events.length * EVENT_BYTES,
  check: (rows) => {
    let bytes = 0;
    for (const [index, row] of rows.entries()) {
      const reason = whyInvalid(row);
      if (reason !== undefined) throw new Failure(TELEMETRY_FAILURES.rowInvalid, { row: index, reason });
      bytes += SPAN_ROWS.estimateBytes(row);
    }
    return bytes;
  },
  encode: (rows, into) => {
    const encode = spanEncoder();
    for (const row of rows) into.append(encode(row));
  },
};

function whyInvalid(row: StoredSpan): string | undefined {
  if (row.timeNs < 0n || row.timeNs > TIME_NS_MAX) return `its time ${row.timeNs} is not between 1970 and 2262`;
  if (row.durationNs < 0n || row.durationNs > UINT64_MAX) return `its duration ${row.durationNs} is no duration`;
  for (const event of row.events) {
    if (event.timeNs < 0n || event.timeNs > TIME_NS_MAX) return 'the time of an event is not between 1970 and 2262';
  }
  const { retentionDays } = row;
  if (!(Number.isInteger(retentionDays) && retentionDays >= 0 && retentionDays <= TELEMETRY_LIMITS.retentionDaysMax)) {
    return `its retention ${retentionDays} is not a whole number of days from 0 to ${TELEMETRY_LIMITS.retentionDaysMax}`;
  }
  return undefined;
}

function spanEncoder(): (row: StoredSpan) => string {
  const service = remembering(encodeText);
  const scopeName = remembering(encodeText);
  const scopeVersion = remembering(encodeText);
  const resource = rememberingObjects(encodeTextMap);
  const list = <T>(items: readonly T[], encode: (item: T) => string): string =>
    items.length === 0 ? '[]' : `[${items.map(encode).join(',')}]`;
  return (row) =>
    `[${encodeNs(row.timeNs)},${row.durationNs},${encodeText(row.traceId)},${encodeText(row.spanId)},` +
    `${encodeText(row.parentSpanId)},${encodeText(row.name)},${encodeText(row.kind)},${encodeText(row.status)},` +
    `${encodeText(row.statusMessage)},${service(row.service)},${encodeText(row.route)},${scopeName(row.scopeName)},` +
    `${scopeVersion(row.scopeVersion)},${resource(row.resource)},${encodeTextMap(row.attributesString)},` +
    `${encodeNumberMap(row.attributesNumber)},${encodeFlagMap(row.attributesBool)},` +
    `${list(row.events, (event) => encodeNs(event.timeNs))},${list(row.events, (event) => encodeText(event.name))},` +
    `${list(row.events, (event) => encodeTextMap(event.attributes))},` +
    `${list(row.links, (link) => encodeText(link.traceId))},${list(row.links, (link) => encodeText(link.spanId))},` +
    `${row.retentionDays}]\n`;
}
