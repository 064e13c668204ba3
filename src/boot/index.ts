/**
 * boot: the composition root.
 *
 * Purpose: options, drivers, start order, reverse stop. It is the only place that knows which engine stands behind a
 * port, and the only importer of drivers.
 * Invariants: the port and the data folder are taken before any engine is touched; what was started is stopped in
 * reverse, each part within its time; a start that fails stops what it had started and says why, with a hint; secrets
 * are printed once, at the first start, and nowhere else.
 * It holds no logic of the product.
 */
export { main } from './main.ts';
export { listBackupsOffline, restoreOffline } from './offline-backup.ts';
export { OPTIONS } from './options.ts';
export { verifyZoneOffline } from './verify-zone.ts';
