import { TELEMETRY_LIMITS } from '../limits.ts';

/** MergeTree settings that hold in both forms of the tables. */
const EVERYWHERE: Readonly<Record<string, string | number>> = {
  index_granularity: 8192,
  // An acknowledged row survives the loss of power, not only of the process.
  fsync_after_insert: 1,
  fsync_part_directory: 1,
  // Moving rows to another retention must know exactly which rows it copied, whatever arrives meanwhile.
  enable_block_number_column: 1,
  // A backlog of merges slows inserts down before it refuses them.
  parts_to_delay_insert: 1000,
  parts_to_throw_insert: 3000,
  // Small parts in one file each: fewer fsyncs an insert.
  min_bytes_for_wide_part: 64 * 1024 * 1024,
  min_rows_for_wide_part: 0,
};

/** Tables of a single server. */
const EMBEDDED: Readonly<Record<string, string | number>> = {
  non_replicated_deduplication_window: TELEMETRY_LIMITS.insertDeduplicationWindow,
};

const CLUSTER: Readonly<Record<string, string | number>> = {
  replicated_deduplication_window: TELEMETRY_LIMITS.insertDeduplicationWindow,
};

/** The SETTINGS clause of one table, without the word. */
export const tableSettings = (form: 'embedded' | 'cluster', more: Readonly<Record<string, number>> = {}): string =>
  Object.entries({ ...EVERYWHERE, ...(form === 'embedded' ? EMBEDDED : CLUSTER), ...more })
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
