import { type ColumnSpec, LOGS_SCHEMA } from './logs-columns.ts';
import { columnDdl } from './logs-ddl.ts';
import { tableSettings } from './table-settings.ts';
import { onCluster, partsTable, sqlText, type Topology } from './topology.ts';

/** A stored table of metrics, traces or errors, from which the statements of every form are generated. */
export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly engine: 'MergeTree' | 'AggregatingMergeTree' | 'ReplacingMergeTree' | 'SummingMergeTree';
  /** The column that decides which row stays, where rows replace each other; the columns that are added up, where they are. */
  readonly engineArgument?: string;
  readonly partitionBy: string;
  readonly orderBy: string;
  readonly indexes?: readonly string[];
  /** What decides the shard of a row on a cluster. */
  readonly shardBy: string;
}

const { database } = LOGS_SCHEMA;

/** Makes the table, in the form of the topology; may run again without effect. */
export const tableDdl = (topology: Topology, table: TableSpec): readonly string[] => [
  partsTableDdl(topology, table),
  ...distributedDdl(topology, table),
];

function partsTableDdl(topology: Topology, table: TableSpec): string {
  const indexes = (table.indexes ?? []).map((index) => `INDEX ${index}`);
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${partsTable(topology, table.name)}${onCluster(topology)}`,
    `(\n${[...table.columns.map(columnDdl), ...indexes].map((line) => `  ${line}`).join(',\n')}\n)`,
    `ENGINE = ${engineOf(topology, table)}`,
    `PARTITION BY ${table.partitionBy}`,
    `ORDER BY ${table.orderBy}`,
    `SETTINGS ${tableSettings(topology.type)}`,
  ].join('\n');
}

function engineOf(topology: Topology, table: TableSpec): string {
  const argument = table.engineArgument === undefined ? [] : [table.engineArgument];
  if (topology.type === 'embedded') return `${table.engine}(${argument.join(', ')})`;
  const place = ["'/clickhouse/tables/{shard}/{database}/{table}'", "'{replica}'"];
  return `Replicated${table.engine}(${[...place, ...argument].join(', ')})`;
}

const distributedDdl = (topology: Topology, table: TableSpec): readonly string[] =>
  topology.type === 'embedded'
    ? []
    : [
        `CREATE TABLE IF NOT EXISTS ${database}.${table.name}${onCluster(topology)} ` +
          `AS ${database}.${partsTable(topology, table.name)}\n` +
          `ENGINE = Distributed(${sqlText(topology.cluster)}, ${database}, ${partsTable(topology, table.name)}, ` +
          `${table.shardBy})`,
      ];
