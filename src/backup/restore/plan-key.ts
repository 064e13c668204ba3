import { createHash } from 'node:crypto';
import type { RestorePlan } from '../types.ts';

/** Names what a plan brings back and where its tablespaces go; an interrupted restore goes on only under the same key. */
export function planKey(plan: RestorePlan, tablespaces: Readonly<Record<string, string>>): string {
  const { source, snapshot, target, walEnd, toEndOfWal } = plan;
  // A plan for `latest` made after the interruption reaches further, and may go on all the same: files are of the
  // same snapshot, and WAL is compared by name and cut anew.
  const state =
    target.type === 'latest' ? [source, snapshot.itemId, 'latest'] : [source, snapshot.itemId, target, toEndOfWal];
  const text = JSON.stringify(
    [state, walEnd?.timeline ?? 0, Object.entries(tablespaces).sort(([a], [b]) => (a < b ? -1 : 1))],
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  );
  return createHash('sha256').update(text).digest('hex');
}
