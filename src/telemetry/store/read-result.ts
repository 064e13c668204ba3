import type { TelemetryResult } from '../types.ts';

interface JsonCompact {
  readonly meta: readonly { readonly name: string }[];
  readonly data: readonly (readonly unknown[])[];
  readonly statistics: { readonly elapsed: number; readonly rows_read: number; readonly bytes_read: number };
}

/** Reads the engine's JSONCompact, whose statistics tell what was really read from the tables. */
export function readResult<Row>(text: string): TelemetryResult<Row> {
  const { meta, data, statistics } = JSON.parse(text) as JsonCompact;
  const names = meta.map((column) => column.name);
  const rows = data.map((values) => {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) row[names[index] ?? ''] = values[index];
    return row as Row;
  });
  return {
    rows,
    rowsRead: Number(statistics.rows_read),
    bytesRead: Number(statistics.bytes_read),
    elapsedMs: statistics.elapsed * 1000,
  };
}
