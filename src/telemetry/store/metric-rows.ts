import { Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { METRIC_POINTS, METRIC_SERIES } from '../schema/index.ts';
import type { PointRow, SeriesRow } from '../types.ts';
import type { RowKind } from './append-rows.ts';
import { encodeMs, encodeText, encodeTextMap, remembering } from './encode-values.ts';

const TIME_MS_MAX = TELEMETRY_LIMITS.timeSecondsMax * 1000;
const POINT_BYTES = 120;
const VALUE_BYTES = 24;
const SERIES_BYTES = 400;

/** Points of metrics: numbers only, so that there is nothing in them to escape. */
export const POINT_ROWS: RowKind<PointRow> = {
  columns: METRIC_POINTS.columns.map((column) => column.name),
  tableOf: () => METRIC_POINTS.name,
  estimateBytes: (row) => POINT_BYTES + row.values.length * VALUE_BYTES,
  check: (rows) => {
    let bytes = 0;
    for (const [index, row] of rows.entries()) {
      const reason = whyInvalid(row);
      if (reason !== undefined) throw new Failure(TELEMETRY_FAILURES.rowInvalid, { row: index, reason });
      bytes += POINT_ROWS.estimateBytes(row);
    }
    return bytes;
  },
  encode: (rows, into) => {
    const time = remembering(encodeMs);
    const unit = remembering(encodeText);
    for (const row of rows) {
      into.append(
        `[${time(row.timeMs)},${row.metric},${unit(row.unit)},${row.sum},${row.count},${row.min},${row.max},` +
          `[${row.values.join(',')}],[${row.counts.join(',')}]]\n`,
      );
    }
  },
};

function whyInvalid(row: PointRow): string | undefined {
  if (!(row.timeMs >= 0 && row.timeMs <= TIME_MS_MAX)) return `its time ${row.timeMs} is not between 1970 and 2262`;
  if (row.values.length !== row.counts.length) return 'it has not as many counts as values';
  for (const number of [row.sum, row.count, row.min, row.max, ...row.values, ...row.counts]) {
    if (!Number.isFinite(number)) return `its number ${number} is not finite`;
  }
  return undefined;
}

/** What the hashes of points stand for. */
export const SERIES_ROWS: RowKind<SeriesRow> = {
  columns: METRIC_SERIES.columns.map((column) => column.name),
  tableOf: () => METRIC_SERIES.name,
  estimateBytes: () => SERIES_BYTES,
  check: (rows) => {
    for (const [index, row] of rows.entries()) {
      if (row.lastSeenMs >= 0 && row.lastSeenMs <= TIME_MS_MAX) continue;
      const reason = `its time ${row.lastSeenMs} is not between 1970 and 2262`;
      throw new Failure(TELEMETRY_FAILURES.rowInvalid, { row: index, reason });
    }
    return rows.length * SERIES_BYTES;
  },
  encode: (rows, into) => {
    const namespace = remembering(encodeText);
    for (const row of rows) {
      into.append(
        `[${row.metric},${encodeText(row.unit)},${namespace(row.namespace)},${encodeText(row.name)},` +
          `${encodeTextMap(row.dimensions)},${encodeMs(row.lastSeenMs)}]\n`,
      );
    }
  },
};
