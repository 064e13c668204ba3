import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, Log } from '../base/index.ts';
import {
  createVault,
  openVaultKeys,
  type Scrub,
  type ScrubState,
  VAULT_LIMITS,
  type VaultKeys,
  type VaultStore,
} from '../vault/index.ts';
import type { Options } from './engines.ts';
import type { StopStack } from './stop-stack.ts';
import { startVaultExpiry } from './vault-expiry.ts';
import { openZone, planZones } from './zones.ts';

export interface OpenVault {
  readonly vault: VaultStore;
  readonly keys: VaultKeys;
  readonly scrub: Scrub;
}

/** Opens the zones, the keys and the vault over them, and starts catch-up and scrub. */
export async function openVault(deps: {
  readonly options: Options;
  readonly folder: string;
  readonly keyFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
}): Promise<OpenVault> {
  const { options, clock, stack } = deps;
  const log = deps.log.area('vault');
  const keys = await openVaultKeys({ folder: deps.keyFolder, clock, log });
  const plans = planZones(options.zones, deps.folder);
  const zones = await Promise.all(plans.map((plan) => openZone(plan, { clock, log, create: true })));
  const quorum = options.writeQuorum === 0 ? {} : { writeQuorum: options.writeQuorum };
  const vault = await createVault({ zones, keys, clock, log, ...quorum });
  stack.push('vault', vault.close);
  vault.start();
  const scrub = vault.createScrub({
    state: scrubState(path.join(deps.folder, 'scrub.json')),
    intervalMs: VAULT_LIMITS.scrubIntervalMs,
  });
  scrub.start();
  const expiry = startVaultExpiry({ vault, clock, log });
  stack.push('vault expiry', expiry.stop);
  return { vault, keys, scrub };
}

/** The position of scrub in a file that is replaced whole; losing it makes scrub begin again. */
function scrubState(file: string): ScrubState {
  return {
    load: () => readFile(file, 'utf8').catch(() => undefined),
    save: async (text) => {
      await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
      await rename(`${file}.new`, file);
    },
  };
}
