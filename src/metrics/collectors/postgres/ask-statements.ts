import type { Clock } from '../../../base/index.ts';
import type { Redactor } from '../../../redact/index.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';
import type { StatementRow, StatementsView } from '../types.ts';
import { normalizeStatement } from './normalize-statement.ts';
import { always, type Question, type Round } from './round.ts';
import { numberOf, type SqlRow, type SqlSession, textOf } from './sql-session.ts';
import { costsBetween, type StatementCost, type StatementCounts } from './statement-costs.ts';
import type { StatementStore, StatementText } from './statement-store.ts';

const EXTENSION = `SELECT quote_ident(n.nspname) AS schema FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`;
const IS_LOADED = `SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max') AS loaded`;

const ABSENT =
  'the extension is not there: add pg_stat_statements to shared_preload_libraries, restart, and CREATE EXTENSION pg_stat_statements in the database of the address';

export interface StatementsQuestion extends Question {
  readonly view: () => StatementsView;
}

interface Reading {
  readonly atMs: number;
  readonly epoch: string;
  readonly counts: ReadonlyMap<string, StatementCounts>;
  readonly isWhole: boolean;
}

/** Which statements cost the time of the last minute, from pg_stat_statements. */
export function createStatementsQuestion(deps: {
  readonly source: string;
  readonly store: StatementStore;
  readonly redactor: Redactor;
  readonly clock: Clock;
}): StatementsQuestion {
  const { source, store, redactor, clock } = deps;
  const named = new Set<string>();
  let texts: Map<string, StatementText> | undefined;
  let before: Reading | undefined;
  let view: StatementsView = { source, statements: [], problem: 'statements were not read yet' };

  const textsOf = async (session: SqlSession, schema: string, costs: readonly StatementCost[]) => {
    texts ??= new Map((await store.load(source)).map((known) => [known.fingerprint, known]));
    const known = texts;
    const missing = costs.filter(({ fingerprint }) => !known.has(fingerprint));
    for (const found of await readTexts(session, schema, missing)) {
      known.set(found.fingerprint, { ...found, text: redactor.text(normalizeStatement(found.text)) });
    }
    while (known.size > LIMITS.statementsKeptMax) known.delete(known.keys().next().value ?? '');
    return known;
  };

  return {
    about: 'costs of statements',
    isSlow: true,
    fits: always,
    view: () => view,
    ask: async (round) => {
      const schema = textOf((await round.session.query(EXTENSION))[0], 'schema');
      const [loaded] = schema === '' ? [] : await round.session.query(IS_LOADED);
      if (schema === '' || loaded?.['loaded'] !== true) {
        view = { source, statements: [], problem: ABSENT };
        return;
      }
      const now = await readCounts(round, schema, clock.nowMs());
      const earlier = before;
      before = now;
      if (earlier === undefined || earlier.epoch !== now.epoch) return;
      const costs = costsBetween(earlier, now.counts);
      const top = costs.slice(0, LIMITS.statementsMax);
      const known = await textsOf(round.session, schema, top);
      const rows = rowsOf(costs, top, known);
      view = { source, fromMs: earlier.atMs, toMs: now.atMs, statements: rows };
      for (const row of rows) if (mayName(named, row.fingerprint)) addPoints(round, row);
      await store.note(
        source,
        rows.flatMap(({ fingerprint }) => known.get(fingerprint) ?? []),
        now.atMs,
      );
    },
  };
}

function mayName(named: Set<string>, fingerprint: string): boolean {
  if (!named.has(fingerprint) && named.size >= LIMITS.statementsNamedMax) return false;
  named.add(fingerprint);
  return true;
}

function rowsOf(
  costs: readonly StatementCost[],
  top: readonly StatementCost[],
  texts: ReadonlyMap<string, StatementText>,
): readonly StatementRow[] {
  const allMs = costs.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return top.map((cost) => ({
    ...cost,
    text: texts.get(cost.fingerprint)?.text ?? '(the server does not show its text to this role)',
    meanMs: cost.totalMs / cost.calls,
    sharePercent: allMs === 0 ? 0 : (100 * cost.totalMs) / allMs,
  }));
}

function addPoints({ list }: Round, row: StatementRow): void {
  const dimensions = { database: row.database, statement: row.fingerprint };
  list.add({ name: 'StatementCalls', unit: 'Count', value: row.calls, dimensions });
  list.add({ name: 'StatementTime', unit: 'Milliseconds', value: row.totalMs, dimensions });
  list.add({ name: 'StatementMeanTime', unit: 'Milliseconds', value: row.meanMs, dimensions });
  list.add({ name: 'StatementRows', unit: 'Count', value: row.rows, dimensions });
}

const own = (schema: string, showText: boolean): string => `${schema}.pg_stat_statements(${showText})`;
const FINGERPRINT = `lpad(to_hex(s.queryid), 16, '0')`;

/** Without texts, which lie in a file that the server would read each time. */
async function readCounts({ session, server }: Round, schema: string, atMs: number): Promise<Reading> {
  const rows = await session.query(
    `SELECT ${FINGERPRINT} AS fingerprint, coalesce(d.datname, '') AS database, s.dbid::text || '/' || s.userid::text || '/' || s.toplevel::text AS row,
      s.calls::float8 AS calls, s.total_exec_time AS total_ms, s.rows::float8 AS rows, s.max_exec_time AS slowest_ms
     FROM ${own(schema, false)} s LEFT JOIN pg_database d ON d.oid = s.dbid
     WHERE s.queryid IS NOT NULL ORDER BY s.total_exec_time DESC LIMIT $1`,
    [LIMITS.statementsReadMax],
  );
  const [info] = await session.query(
    `SELECT coalesce(stats_reset::text, '') AS epoch FROM ${schema}.pg_stat_statements_info`,
  );
  const counts = rows.map(countsOf).map((one): [string, StatementCounts] => [`${one.fingerprint}/${one.row}`, one]);
  return {
    atMs,
    epoch: `${server.startedMs}/${textOf(info, 'epoch')}`,
    counts: new Map(counts),
    isWhole: rows.length < LIMITS.statementsReadMax,
  };
}

const countsOf = (row: SqlRow): StatementCounts => ({
  fingerprint: textOf(row, 'fingerprint'),
  database: textOf(row, 'database'),
  row: textOf(row, 'row'),
  calls: numberOf(row, 'calls') ?? 0,
  totalMs: numberOf(row, 'total_ms') ?? 0,
  rows: numberOf(row, 'rows') ?? 0,
  slowestMs: numberOf(row, 'slowest_ms') ?? 0,
});

async function readTexts(
  session: SqlSession,
  schema: string,
  missing: readonly StatementCost[],
): Promise<readonly StatementText[]> {
  if (missing.length === 0) return [];
  const rows = await session.query(
    `SELECT DISTINCT ON (1) ${FINGERPRINT} AS fingerprint, coalesce(d.datname, '') AS database, left(s.query, $2) AS text
     FROM ${own(schema, true)} s LEFT JOIN pg_database d ON d.oid = s.dbid
     WHERE ${FINGERPRINT} = ANY($1) AND s.query <> '<insufficient privilege>' ORDER BY 1`,
    [missing.map(({ fingerprint }) => fingerprint), LIMITS.statementReadCharsMax],
  );
  return rows.map((row) => ({
    fingerprint: textOf(row, 'fingerprint'),
    database: textOf(row, 'database'),
    text: textOf(row, 'text'),
  }));
}
