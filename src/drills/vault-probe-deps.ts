import type { Clock, Log } from '../base/index.ts';
import type { VaultKeys, VaultStore, ZoneSpec } from '../vault/index.ts';

export interface VaultProbeDeps {
  /** The live vault. */
  readonly vault: VaultStore;
  readonly keys: VaultKeys;
  /** Opens a folder as a zone, for the drill that damages zones: those are its own. */
  readonly openFolderZone: (name: string, folder: string) => Promise<ZoneSpec>;
  /** Below the data folder; emptied before and after each drill. */
  readonly drillFolder: string;
  /** The computed durability of the live configuration. */
  readonly durability: () => Promise<{
    readonly nines: number;
    readonly annualLoss: number;
    readonly reachesEleven: boolean;
    readonly sentence: string;
    readonly empirical: string;
  }>;
  readonly clock: Clock;
  readonly log: Log;
  readonly cadenceMs: number;
}
