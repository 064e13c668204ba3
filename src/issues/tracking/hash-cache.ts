import { LRUCache } from 'lru-cache';
import { ISSUES_TRACKING_LIMITS as LIMITS } from './limits.ts';

/** Where events of a hash are counted. */
export interface KnownHash {
  readonly hashId: number;
  readonly issueId: number;
}

/**
 * Remembers which hash belongs to which issue, so that most batches ask the database nothing. Whoever moves or deletes
 * hashes tells it after the commit and before its turn ends: nobody else writes in between.
 */
export interface HashCache {
  readonly get: (projectId: string, hash: string) => KnownHash | undefined;
  readonly set: (projectId: string, hash: string, known: KnownHash) => void;
  /** Moves those that are remembered; the others need nothing. */
  readonly move: (hashes: readonly { readonly project_id: string; readonly hash: string }[], issueId: number) => void;
  readonly forget: (hashes: readonly { readonly project_id: string; readonly hash: string }[]) => void;
}

export function createHashCache(): HashCache {
  const entries = new LRUCache<string, KnownHash>({ max: LIMITS.hashesCached });
  const keyOf = (projectId: string, hash: string): string => `${projectId}/${hash}`;
  return {
    get: (projectId, hash) => entries.get(keyOf(projectId, hash)),
    set: (projectId, hash, known) => void entries.set(keyOf(projectId, hash), known),
    move: (hashes, issueId) => {
      for (const { project_id: projectId, hash } of hashes) {
        const key = keyOf(projectId, hash);
        const known = entries.peek(key);
        if (known !== undefined) entries.set(key, { ...known, issueId });
      }
    },
    forget: (hashes) => {
      for (const { project_id: projectId, hash } of hashes) entries.delete(keyOf(projectId, hash));
    },
  };
}
