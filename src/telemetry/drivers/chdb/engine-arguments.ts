import { availableParallelism, totalmem } from 'node:os';
import { MiB } from '../../../base/index.ts';
import { TELEMETRY_LIMITS } from '../../limits.ts';

/** Merges and mutations that may be under way at once; their memory has a limit of its own. */
const MERGE_SLOTS = 32;

/** How the embedded engine starts: sized for a machine that it shares, and silent. */
export function engineArguments(): readonly string[] {
  const memory = Math.min(Math.trunc(totalmem() / 2), TELEMETRY_LIMITS.engineMemoryBytesMax);
  const cores = availableParallelism();
  const mergeThreads = Math.max(2, cores >> 1);
  const share = (part: number): number => Math.max(16 * MiB, Math.trunc(memory / part));
  const settings: Readonly<Record<string, string | number>> = {
    max_server_memory_usage: memory,
    merges_mutations_memory_usage_soft_limit: Math.trunc(memory / 2),
    // Merges take half of the cores; reading and writing share the rest. The engine hands out slots, not
    // threads, and looks for work about twice a second: a mutation that visits hundreds of parts needs many.
    background_pool_size: mergeThreads,
    background_merges_mutations_concurrency_ratio: Math.ceil(MERGE_SLOTS / mergeThreads),
    // Replaced parts and dropped tables leave the disk within minutes.
    database_atomic_delay_before_drop_table_sec: 0,
    // The defaults are gigabytes each, made for a machine of its own.
    mark_cache_size: share(32),
    primary_index_cache_size: share(32),
    index_mark_cache_size: share(64),
    uncompressed_cache_size: 0,
    mmap_cache_size: 64,
    text_index_tokens_cache_size: share(32),
    text_index_header_cache_size: share(64),
    text_index_postings_cache_size: share(32),
    query_condition_cache_size: 32 * MiB,
    compiled_expression_cache_size: 16 * MiB,
    max_thread_pool_size: 1000,
    max_active_parts_loading_thread_pool_size: Math.max(4, cores),
    'logger.level': 'none',
    'logger.console': 0,
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
