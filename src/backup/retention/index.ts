/**
 * backup/retention: what stays and what goes, as a plan that explains itself and is then applied.
 *
 * Two classes: the window, in which every second is restorable, keeps the newest snapshot that ended before it, all later
 * ones and all WAL since that snapshot's begin; daily restore points keep the first snapshot of each local day.
 *
 * Invariants: nothing goes that is promised, locked, or needed by what stays; locks are lengthened before anything is
 * removed; manifests go before WAL and packs. Nothing goes under a clock that cannot be right.
 * It does not schedule itself, and it does not decide about what other areas keep in the vault.
 */
export { applyRetention, type RetentionReport } from './apply-retention.ts';
export { chooseDailies, retainUntilOf } from './choose-dailies.ts';
export { BACKUP_RETENTION_FAILURES } from './failures.ts';
export { BACKUP_KINDS, createStockGatherer, livingItems, type StockGatherer } from './gather-stock.ts';
export { BACKUP_RETENTION_LIMITS } from './limits.ts';
export {
  planRetention,
  type RetentionExtension,
  type RetentionKeep,
  type RetentionPlan,
  type RetentionPolicy,
  type RetentionRemoval,
  type RetentionStock,
} from './plan-retention.ts';
