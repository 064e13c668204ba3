import { livingItems } from '../backup/index.ts';
import { type Clock, HOUR_MS, type Log } from '../base/index.ts';
import type { VaultStore } from '../vault/index.ts';

/** Kinds whose items are kept until somebody decides otherwise, however long their lock has passed. */
const LIVING_KINDS = ['workbook'];

/** Once an hour, plans and applies expiry: what remains of it are the canaries of probes and unfinished uploads. */
export function startVaultExpiry(deps: { readonly vault: VaultStore; readonly clock: Clock; readonly log: Log }): {
  readonly stop: () => Promise<void>;
} {
  const { vault, clock, log } = deps;
  const stopping = new AbortController();
  const sweep = async (): Promise<void> => {
    // Backup decides itself, in the order in which chains may go.
    const living = new Set(await livingItems(vault));
    for (const kind of LIVING_KINDS) for await (const item of vault.list(kind)) living.add(item.id);
    const plan = await vault.planExpiry(clock.nowMs(), living);
    if (plan.removals === 0) return;
    const { removed, refused } = await vault.applyExpiry(plan);
    log.info({ removed: removed.length, refused: refused.length }, 'what had expired in the vault was removed');
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(HOUR_MS, stopping.signal);
      await sweep().catch((error: unknown) => log.error({ err: error }, 'expiry in the vault could not be done'));
    }
  };
  const running = loop().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort(new Error('stopping'));
      await running;
    },
  };
}
