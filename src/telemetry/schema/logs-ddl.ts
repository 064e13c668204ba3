import type { StorageClass } from '../types.ts';
import { type ColumnSpec, LOGS_SCHEMA, type LogsSchema, logsTableOf, STORAGE_CLASSES } from './logs-columns.ts';
import { tableSettings } from './table-settings.ts';
import { onCluster, partsTable, sqlText, type Topology } from './topology.ts';

export interface DdlOptions {
  readonly topology: Topology;
  readonly schema?: LogsSchema;
}

/** Every statement that makes an empty database ready, in order; each may run again without effect. */
export function logsDdl(options: DdlOptions): readonly string[] {
  const { topology, schema = LOGS_SCHEMA } = options;
  const { database } = schema;
  return [
    `CREATE DATABASE IF NOT EXISTS ${database}${onCluster(topology)} ENGINE = Atomic`,
    schemaVersionTable(topology, database),
    ...STORAGE_CLASSES.flatMap((storageClass) => classTables(topology, schema, storageClass)),
    ...readTables(topology, schema),
  ];
}

export interface TableForm {
  readonly topology: Topology;
  readonly schema: LogsSchema;
  readonly storageClass: StorageClass;
  /** Name of the table, without database; default the table of the class. */
  readonly table?: string;
  readonly comment?: string;
  readonly settings?: Readonly<Record<string, number>>;
}

/** The CREATE of the table that holds parts; rehoming makes its staging table with it too. */
export function createPartsTable(form: TableForm): string {
  const { topology, schema, storageClass } = form;
  const table = partsTable(topology, form.table ?? logsTableOf(storageClass));
  const indexes = schema.indexes
    .filter((index) => index.classes.includes(storageClass))
    .map((index) => `INDEX ${index.name} ${index.expression} TYPE ${index.type}`);
  const body = [...schema.columns.map(columnDdl), ...indexes].map((line) => `  ${line}`).join(',\n');
  return [
    `CREATE TABLE IF NOT EXISTS ${schema.database}.${table}${onCluster(topology)}`,
    `(\n${body}\n)`,
    `ENGINE = ${partsEngine(topology)}`,
    `PARTITION BY ${schema.partitionBy}`,
    `ORDER BY ${schema.orderBy}`,
    `SETTINGS ${tableSettings(topology.type, form.settings)}`,
    ...(form.comment === undefined ? [] : [`COMMENT ${sqlText(form.comment)}`]),
  ].join('\n');
}

export const columnDdl = (column: ColumnSpec): string =>
  `${column.name} ${column.type}${column.codec === undefined ? '' : ` CODEC(${column.codec})`}`;

/** The Distributed table over the parts tables of a cluster. */
export const createDistributedTable = (topology: Topology, schema: LogsSchema, table: string): readonly string[] =>
  topology.type === 'embedded'
    ? []
    : [
        `CREATE TABLE IF NOT EXISTS ${schema.database}.${table}${onCluster(topology)} ` +
          `AS ${schema.database}.${partsTable(topology, table)}\n` +
          // A row's shard follows from the row, so that an insert that is tried again meets its own tokens.
          `ENGINE = Distributed(${sqlText(topology.cluster)}, ${schema.database}, ${partsTable(topology, table)}, ` +
          'sipHash64(log_group, log_stream))',
      ];

const classTables = (topology: Topology, schema: LogsSchema, storageClass: StorageClass): readonly string[] => [
  createPartsTable({ topology, schema, storageClass }),
  ...createDistributedTable(topology, schema, logsTableOf(storageClass)),
];

/** `logs` reads both classes. On a cluster each shard merges its own two tables first. */
function readTables(topology: Topology, schema: LogsSchema): readonly string[] {
  const { database } = schema;
  const columns = schema.columns.map((column) => `${column.name} ${column.type}`).join(', ');
  const pattern = `^(${STORAGE_CLASSES.map((storageClass) => partsTable(topology, logsTableOf(storageClass))).join('|')})$`;
  const merge =
    `CREATE TABLE IF NOT EXISTS ${database}.${partsTable(topology, 'logs')}${onCluster(topology)} (${columns})\n` +
    `ENGINE = Merge(${database}, ${sqlText(pattern)})`;
  return [merge, ...createDistributedTable(topology, schema, 'logs')];
}

/** One row for every version that the data went through; the highest is the present one. */
const schemaVersionTable = (topology: Topology, database: string): string =>
  `CREATE TABLE IF NOT EXISTS ${database}.schema_version${onCluster(topology)} ` +
  "(version UInt32, applied_at DateTime64(3, 'UTC'))\n" +
  // The same on all shards: whichever server is asked must know the version.
  `ENGINE = ${topology.type === 'cluster' ? EVERYWHERE_ENGINE : 'MergeTree'}\nORDER BY version\nSETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

const EVERYWHERE_ENGINE = "ReplicatedMergeTree('/clickhouse/tables/{database}/{table}', '{shard}-{replica}')";

const partsEngine = (topology: Topology): string =>
  topology.type === 'cluster'
    ? "ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')"
    : 'MergeTree';
