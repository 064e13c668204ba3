import { LOGS_SCHEMA } from '../telemetry/index.ts';

/** The stored logs of all classes, for reading; docs/formats/logs-table.md. */
export const LOGS_TABLE = `${LOGS_SCHEMA.database}.logs`;
