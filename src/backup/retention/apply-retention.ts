import { type Clock, Failure } from '../../base/index.ts';
import type { VaultStore } from '../../vault/index.ts';
import { BACKUP_RETENTION_FAILURES } from './failures.ts';
import { livingItems } from './gather-stock.ts';
import { BACKUP_RETENTION_LIMITS } from './limits.ts';
import type { RetentionPlan, RetentionRemoval } from './plan-retention.ts';

export interface RetentionReport {
  readonly extended: number;
  readonly removed: readonly RetentionRemoval[];
  /** What the vault did not give up, with its reason; the next plan decides again. */
  readonly refused: readonly { readonly removal: RetentionRemoval; readonly reason: string }[];
}

/**
 * Carries out a plan once, soon after it was made. Locks are lengthened first: when one cannot be, nothing is removed.
 * Then the vault itself judges each removal again (lock, hold, clock, enough zones); the plan's order is kept, so that a
 * crash leaves packs that nobody names and never a manifest without its packs.
 */
export async function applyRetention(
  deps: { readonly vault: Pick<VaultStore, 'extend' | 'list' | 'planExpiry' | 'applyExpiry'>; readonly clock: Clock },
  plan: RetentionPlan,
): Promise<RetentionReport> {
  const { vault, clock } = deps;
  const nowMs = clock.nowMs();
  if (nowMs < plan.plannedMs || nowMs > plan.plannedMs + BACKUP_RETENTION_LIMITS.planMsMax) {
    const at = (ms: number): string => new Date(ms).toISOString();
    throw new Failure(BACKUP_RETENTION_FAILURES.planStale, { planned: at(plan.plannedMs), now: at(nowMs) });
  }
  await extendAll(vault, plan);
  if (plan.removals.length === 0) return { extended: plan.extensions.length, removed: [], refused: [] };
  const order = new Map(plan.removals.map((removal, index) => [removal.itemId, index]));
  const living = new Set([...(await livingItems(vault))].filter((id) => !order.has(id)));
  const judged = await vault.planExpiry(nowMs, living);
  const place = (id: string | undefined): number => order.get(id ?? '') ?? -1;
  const entries = judged.entries
    .filter(({ id, kind, action }) => action === 'remove' && kind?.startsWith('backup-') === true && place(id) >= 0)
    .toSorted((a, b) => place(a.id) - place(b.id));
  const report = await vault.applyExpiry({ ...judged, entries, removals: entries.length });
  const removedIds = new Set(report.removed.map(({ id }) => id));
  const reasons = new Map(report.refused.map(({ entry, reason }) => [entry.id, reason]));
  for (const { id, action, explanation } of judged.entries) {
    if (action === 'keep' && !reasons.has(id)) reasons.set(id, explanation);
  }
  return {
    extended: plan.extensions.length,
    removed: plan.removals.filter(({ itemId }) => removedIds.has(itemId)),
    refused: plan.removals
      .filter(({ itemId }) => !removedIds.has(itemId))
      .map((removal) => ({ removal, reason: reasons.get(removal.itemId) ?? 'the vault does not hold it any more' })),
  };
}

async function extendAll(vault: Pick<VaultStore, 'extend'>, plan: RetentionPlan): Promise<void> {
  const waiting = [...plan.extensions];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await vault.extend(next.itemId, next.untilMs);
    }
  };
  await Promise.all(Array.from({ length: BACKUP_RETENTION_LIMITS.extendsInFlight }, work));
}
