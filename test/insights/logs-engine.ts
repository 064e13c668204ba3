import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import {
  type CompiledQuery,
  compileInsights,
  type InsightsContext,
  parseInsights,
  readCell,
} from '../../src/logs/insights/index.ts';
import { EMBEDDED_TOPOLOGY, logsDdl } from '../../src/telemetry/index.ts';

/** A row as a test gives it; what is left out is empty. */
export interface TestRow {
  readonly timeMs: number;
  readonly body: string;
  readonly group?: string;
  readonly stream?: string;
  readonly id?: string;
  readonly service?: string;
  readonly severityNumber?: number;
  readonly traceId?: string;
  readonly strings?: Readonly<Record<string, string>>;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly booleans?: Readonly<Record<string, boolean>>;
  readonly resource?: Readonly<Record<string, string>>;
  readonly isInfrequent?: boolean;
}

export type Cells = Readonly<Record<string, string | number | boolean | null>>;

export interface LogsEngine {
  readonly insert: (rows: readonly TestRow[]) => void;
  /** Makes the parts one, which builds the text index. */
  readonly merge: () => void;
  readonly compile: (query: string, context?: Partial<InsightsContext>) => CompiledQuery;
  readonly run: (query: string, context?: Partial<InsightsContext>) => readonly Cells[];
  readonly count: (query: string, context?: Partial<InsightsContext>) => number;
  readonly raw: (sql: string, params?: object) => readonly (readonly unknown[])[];
  readonly close: () => void;
}

export const GROUP = '/test/app';
export const DAY = Date.UTC(2026, 10, 22);

/** The real engine with the real tables, in a folder of its own. */
export function openLogsEngine(): LogsEngine {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-insights-'));
  const session = new Session(folder);
  for (const statement of logsDdl({ topology: EMBEDDED_TOPOLOGY })) session.query(withoutPoolSettings(statement));
  let count = 0;

  const raw = (sql: string, params: object = {}): readonly (readonly unknown[])[] => {
    const text = session.queryBind(sql, params, 'JSONCompact');
    return text.trim() === '' ? [] : (JSON.parse(text) as { data: unknown[][] }).data;
  };
  const compile = (query: string, context: Partial<InsightsContext> = {}): CompiledQuery => {
    const parsed = parseInsights(query);
    if (!parsed.ok) throw new Error(`${query}: ${JSON.stringify(parsed.mistakes)}`);
    return compileInsights(parsed.query, {
      logGroups: [{ name: GROUP, minTimeMs: 0 }],
      startMs: DAY,
      endMs: DAY + 86_400_000,
      limit: 10_000,
      nowMs: DAY + 86_400_000,
      ...context,
    });
  };
  const insertInto = (table: string, rows: readonly TestRow[]): void => {
    if (rows.length === 0) return;
    const lines = rows.map((row) => {
      count += 1;
      return JSON.stringify({
        time: (BigInt(row.timeMs) * 1_000_000n).toString(),
        ingest_time: row.timeMs + 500,
        log_group: row.group ?? GROUP,
        log_stream: row.stream ?? 'stream',
        event_id: row.id ?? `event-${String(count).padStart(6, '0')}`,
        service: row.service ?? '',
        severity_number: row.severityNumber ?? 0,
        body: row.body,
        trace_id: row.traceId ?? '',
        resource: row.resource ?? {},
        attributes_string: row.strings ?? {},
        attributes_number: row.numbers ?? {},
        attributes_bool: row.booleans ?? {},
        retention_days: 30,
      });
    });
    session.query(`INSERT INTO ${table} SETTINGS async_insert = 0 FORMAT JSONEachRow ${lines.join('\n')}`);
  };
  return {
    insert(rows) {
      insertInto(
        'holdfast.logs_standard',
        rows.filter((row) => row.isInfrequent !== true),
      );
      insertInto(
        'holdfast.logs_infrequent',
        rows.filter((row) => row.isInfrequent === true),
      );
    },
    merge: () => {
      session.query('OPTIMIZE TABLE holdfast.logs_standard FINAL');
    },
    compile,
    run(query, context) {
      const compiled = compile(query, context);
      return raw(compiled.sql, compiled.params).map((row) =>
        Object.fromEntries(compiled.fields.map((field, index) => [field.name, readCell(field, row[index])])),
      );
    },
    count(query, context) {
      const compiled = compile(query, context);
      return Number(raw(compiled.countSql, compiled.filterParams)[0]?.[0]);
    },
    raw,
    close() {
      session.cleanup();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The store sizes the engine's merge pool when it opens it, and these settings must fit that size. */
const withoutPoolSettings = (statement: string): string =>
  statement.replace(/,? number_of_free_entries_in_pool_\w+ = \d+/g, '');
