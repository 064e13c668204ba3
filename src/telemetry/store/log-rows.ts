import { LOGS_SCHEMA, logsTableOf } from '../schema/index.ts';
import type { LogRow } from '../types.ts';
import type { RowKind } from './append-rows.ts';
import { checkLogRows, estimateRowBytes } from './check-log-rows.ts';
import { encodeLogRows } from './encode-log-rows.ts';

export const LOG_ROWS: RowKind<LogRow> = {
  columns: LOGS_SCHEMA.columns.map((column) => column.name),
  tableOf: (row) => logsTableOf(row.storageClass),
  check: checkLogRows,
  estimateBytes: estimateRowBytes,
  encode: encodeLogRows,
};
