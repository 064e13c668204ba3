import type { EngineInsert } from './engine.ts';

/**
 * The settings of every insert, the same on all engines.
 *
 * The rows of one insert are one block: it is stored whole or not at all, and its token names all of it.
 */
export const insertSettings = ({
  token,
  indexOnInsert,
}: Pick<EngineInsert, 'token' | 'indexOnInsert'>): Readonly<Record<string, string | number>> => ({
  max_insert_block_size: 1_000_000,
  min_insert_block_size_rows: 1_000_000,
  min_insert_block_size_bytes: 1_000_000_000,
  max_insert_threads: 1,
  // Parsing with more threads is no faster on few cores, and takes the core that encodes the next insert.
  input_format_parallel_parsing: 0,
  insert_deduplicate: 1,
  insert_deduplication_token: token,
  // A retry that finds the rows stored must still bring roll-ups that a crash of the insert left out, once.
  deduplicate_blocks_in_dependent_materialized_views: 1,
  async_insert: 0,
  // Merges build the text index; text-index-sweep.ts sees to what they leave out.
  materialize_skip_indexes_on_insert: indexOnInsert ? 1 : 0,
  // Late rows may be of any day; the number of days in an insert is no reason to lose it.
  max_partitions_per_insert_block: 0,
  log_queries: 0,
});
