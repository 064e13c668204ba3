import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';
import { always, type Question } from './round.ts';
import { numberOf, textOf } from './sql-session.ts';

const TABLES = `SELECT schemaname || '.' || relname AS name, current_database() AS database,
  (100.0 * n_dead_tup / (n_live_tup + n_dead_tup))::float8 AS dead,
  extract(epoch FROM clock_timestamp() - greatest(last_autovacuum, last_vacuum))::float8 AS age
  FROM pg_stat_user_tables WHERE n_live_tup + n_dead_tup >= $1
  ORDER BY n_dead_tup DESC LIMIT $2`;

/**
 * Tables with the most dead rows, in the database of the address alone: the others would need a connection each. The
 * ones told by name are bounded over time too, because the worst table is another one every day.
 */
export function createTablesQuestion(): Question {
  const named = new Set<string>();
  const mayName = (name: string): boolean => {
    if (named.has(name)) return true;
    if (named.size >= LIMITS.tablesNamedMax) return false;
    named.add(name);
    return true;
  };
  return {
    about: 'dead rows of tables',
    isSlow: true,
    fits: always,
    ask: async ({ session, list }) => {
      const rows = await session.query(TABLES, [LIMITS.tableRowsMin, LIMITS.tablesMax]);
      const dead = rows.map((row) => numberOf(row, 'dead') ?? 0);
      list.add({ name: 'DeadRows', unit: 'Percent', value: Math.max(0, ...dead) });
      for (const row of rows) {
        const dimensions = { database: textOf(row, 'database'), table: textOf(row, 'name') };
        if (!mayName(dimensions.table)) continue;
        list.add({ name: 'DeadRows', unit: 'Percent', value: numberOf(row, 'dead'), dimensions });
        list.add({ name: 'SinceVacuum', unit: 'Seconds', value: numberOf(row, 'age'), dimensions });
      }
    },
  };
}
