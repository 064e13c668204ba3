import type { TelemetryStore } from '../telemetry/index.ts';

export interface TelemetrySearch {
  /** Rows that hold each needle in any column. */
  readonly matches: ReadonlyMap<string, number>;
  readonly columns: number;
}

interface ColumnRow {
  readonly table: string;
  readonly name: string;
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '\\`')}\``;

/** Looks for texts in every column of every table of the telemetry database, in what came in since `sinceMs`. */
export async function searchTelemetry(
  telemetry: TelemetryStore,
  needles: readonly string[],
  sinceMs: number,
  signal: AbortSignal,
): Promise<TelemetrySearch> {
  const { rows: columns } = await telemetry.query<ColumnRow>({
    sql: `SELECT c.table AS table, c.name AS name FROM system.columns AS c
      INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
      WHERE c.database = 'holdfast' AND t.engine LIKE '%MergeTree'`,
    signal,
  });
  const matches = new Map<string, number>(needles.map((needle) => [needle, 0]));
  const names = Object.fromEntries(needles.map((needle, index) => [`needle${index}`, needle]));
  for (const table of new Set(columns.map((column) => column.table))) {
    const own = columns.filter((column) => column.table === table).map(({ name }) => name);
    const whole = `concatWithSeparator('\\n', ${own.map((name) => `toString(${quoted(name)})`).join(', ')})`;
    const counts = needles.map((_, index) => `countIf(position(whole, {needle${index}:String}) > 0) AS n${index}`);
    const since = own.includes('ingest_time') ? 'WHERE ingest_time >= fromUnixTimestamp64Milli({sinceMs:Int64})' : '';
    const { rows } = await telemetry.query<Readonly<Record<string, number | string>>>({
      sql: `SELECT ${counts.join(', ')} FROM (SELECT ${whole} AS whole FROM holdfast.${quoted(table)} ${since})`,
      params: { ...names, sinceMs },
      signal,
    });
    needles.forEach((needle, index) => {
      matches.set(needle, (matches.get(needle) ?? 0) + Number(rows[0]?.[`n${index}`] ?? 0));
    });
  }
  return { matches, columns: columns.length };
}
