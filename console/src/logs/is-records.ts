import type { QueryResult } from '../api/types.ts';

/** Records carry a pointer to the whole of themselves; statistics do not. */
export const isRecords = (result: QueryResult): boolean => result.rows.some((row) => row['@ptr'] !== undefined);
