import type { IgnoreCondition } from '../../types.ts';

/** What is remembered while an issue is ignored. */
export interface StoredIgnore {
  readonly condition: IgnoreCondition;
  readonly atMs: number;
  readonly by: string;
  /** Events that it had when it was ignored: a count without a window counts from there. */
  readonly timesSeen: number;
}
