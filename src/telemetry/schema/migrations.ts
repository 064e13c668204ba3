import { type ColumnSpec, LOGS_SCHEMA, type LogsSchema, logsTableOf, STORAGE_CLASSES } from './logs-columns.ts';
import { columnDdl } from './logs-ddl.ts';
import { onCluster, partsTable, type Topology } from './topology.ts';

/** What a version added to the one before it. Steps only add: what is stored is never reinterpreted. */
export interface SchemaStep {
  /** The version that the data has when the step is done. */
  readonly version: number;
  readonly addColumns: readonly { readonly column: ColumnSpec; readonly after: string }[];
}

/** The version of all stored tables together: 1 had logs, 2 brought metrics and traces, 3 errors. */
export const TELEMETRY_VERSION = 3;

/** Every step since version 1, in order. LOGS_SCHEMA is always the sum of them all. */
export const LOGS_STEPS: readonly SchemaStep[] = [];

/**
 * The statements that bring data of version `from` to the version of the schema. Each may run again: a crash
 * between them leaves the old version recorded, and the next start begins with the same statements.
 */
export function logsMigrations(options: {
  readonly topology: Topology;
  readonly from: number;
  readonly schema?: LogsSchema;
  readonly steps?: readonly SchemaStep[];
}): readonly string[] {
  const { topology, from, schema = LOGS_SCHEMA, steps = LOGS_STEPS } = options;
  const added = steps.filter((step) => step.version > from).flatMap((step) => step.addColumns);
  // The tables of parts first: a reader of the outer table must find the column below.
  const parts = STORAGE_CLASSES.map((storageClass) => partsTable(topology, logsTableOf(storageClass)));
  const inner = [partsTable(topology, 'logs')];
  const outer =
    topology.type === 'cluster' ? [...STORAGE_CLASSES.map((storageClass) => logsTableOf(storageClass)), 'logs'] : [];
  return [...parts, ...inner, ...outer].flatMap((table) =>
    added.map(({ column, after }) => {
      const definition = parts.includes(table) ? columnDdl(column) : `${column.name} ${column.type}`;
      return (
        `ALTER TABLE ${schema.database}.${table}${onCluster(topology)} ` +
        `ADD COLUMN IF NOT EXISTS ${definition} AFTER ${after}`
      );
    }),
  );
}
