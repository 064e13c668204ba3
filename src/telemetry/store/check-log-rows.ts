import { Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { LogRow } from '../types.ts';

const TIME_NS_MAX = BigInt(TELEMETRY_LIMITS.timeSecondsMax) * 1_000_000_000n;
const TIME_MS_MAX = TELEMETRY_LIMITS.timeSecondsMax * 1000;

/** Bytes of an encoded row apart from its body, in round numbers. */
const ROW_OVERHEAD_BYTES = 400;

/**
 * Refuses a call with a row that no column can hold, before any row of the call is taken.
 * Returns about how many bytes the rows will take in memory. Throws `telemetry.row-invalid`.
 */
export function checkLogRows(rows: readonly LogRow[]): number {
  let bytes = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    const reason = row === undefined ? 'it is missing' : whyInvalid(row);
    if (row === undefined || reason !== undefined) {
      throw new Failure(TELEMETRY_FAILURES.rowInvalid, { row: index, reason: String(reason) });
    }
    bytes += estimateRowBytes(row);
  }
  return bytes;
}

export const estimateRowBytes = (row: LogRow): number => row.body.length + ROW_OVERHEAD_BYTES;

function whyInvalid(row: LogRow): string | undefined {
  if (row.timeNs < 0n || row.timeNs > TIME_NS_MAX) return `its time ${row.timeNs} is not between 1970 and 2262`;
  if (!(row.ingestTimeMs >= 0 && row.ingestTimeMs <= TIME_MS_MAX)) {
    return `its ingest time ${row.ingestTimeMs} is not between 1970 and 2262`;
  }
  const { retentionDays } = row;
  if (!(Number.isInteger(retentionDays) && retentionDays >= 0 && retentionDays <= TELEMETRY_LIMITS.retentionDaysMax)) {
    return `its retention ${retentionDays} is not a whole number of days from 0 to ${TELEMETRY_LIMITS.retentionDaysMax}`;
  }
  return undefined;
}
