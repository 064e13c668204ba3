import path from 'node:path';
import type { Access } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import { type BackupService, createBackup, seededRandom, type ZoneFacts } from '../backup/index.ts';
import { type Clock, type Log, newSecret } from '../base/index.ts';
import { createPostgresRunner, freePort } from '../catalog/drivers/embedded/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Alerting } from '../notify/index.ts';
import type { VaultStore } from '../vault/index.ts';
import type { StopStack } from './stop-stack.ts';

/** The name under which Holdfast's own PostgreSQL is backed up. */
const OWN_SOURCE = 'holdfast';

/** Opens backup; `start` begins the streams, once the rest of the program runs. */
export function openBackup(deps: {
  readonly vault: VaultStore;
  readonly catalog: Catalog;
  readonly access: Access;
  readonly audit: Audit;
  readonly alerting: Alerting;
  /** Of a role that may replicate. */
  readonly ownUrl: string;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
}): BackupService {
  const { vault, catalog, access, audit, alerting, clock } = deps;
  const backup = createBackup({
    ...{ vault, catalog, access, audit, alerting, clock },
    log: deps.log.area('backup'),
    runner: createPostgresRunner({
      folder: path.join(deps.folder, 'postgres'),
      clock,
      ...(process.env.PATH === undefined ? {} : { searchPath: process.env.PATH }),
    }),
    zones: () => zoneFacts(vault),
    folder: path.join(deps.folder, 'proofs'),
    port: () => freePort(undefined),
    random: seededRandom(Number.parseInt(newSecret(8).replaceAll(/\W/g, ''), 36)),
    own: { name: OWN_SOURCE, url: deps.ownUrl },
  });
  deps.stack.push('backup', backup.close);
  return backup;
}

/** What the check and the trust page ask of the zones. */
export async function zoneFacts(vault: VaultStore): Promise<readonly (ZoneFacts & { readonly inStep: boolean })[]> {
  const states = new Map(vault.replication().map((state) => [state.zone, state]));
  return Promise.all(
    vault.zones.map(async ({ name, remote, driver }) => {
      const state = states.get(name)?.state;
      const freeBytes = await driver.freeBytes().catch(() => undefined);
      return { name, remote, isAway: state === 'away', inStep: state === 'in-step', freeBytes, caveats: [] };
    }),
  );
}
