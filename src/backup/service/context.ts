import type { Access } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, Failure, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Alerting } from '../../notify/index.ts';
import type { VaultStore } from '../../vault/index.ts';
import type { CachedBackupCatalog } from '../catalog/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import type { ProofCadence } from '../prove/index.ts';
import type { BackupSource, PostgresRunner } from '../types.ts';
import type { WalArchive } from '../wal/index.ts';
import { addressOf } from './accepted-source.ts';
import type { ZoneFacts } from './check-source.ts';
import type { ProtectedSource } from './protect-source.ts';
import type { ReportStore } from './report-store.ts';
import type { Runs } from './runs.ts';
import type { SourceStore } from './source-store.ts';
import type { SourceView } from './types.ts';

export interface BackupDeps {
  readonly vault: VaultStore;
  readonly catalog: Catalog;
  readonly access: Pick<Access, 'authorize' | 'secrets'>;
  readonly audit: Audit;
  readonly alerting: Alerting;
  readonly runner: PostgresRunner;
  readonly zones: () => Promise<readonly ZoneFacts[]>;
  /** Copies that are proven lie below it. */
  readonly folder: string;
  readonly port: () => Promise<number>;
  /** From 0 to 1, for the random second and day of drills. */
  readonly random: () => number;
  /** Holdfast's own PostgreSQL; its address is found anew at each start and kept nowhere. */
  readonly own?: { readonly name: string; readonly url: string };
  readonly cadence?: ProofCadence;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the verbs work with. */
export interface BackupContext extends BackupDeps {
  readonly archive: WalArchive;
  readonly backups: CachedBackupCatalog;
  readonly sourceStore: SourceStore;
  readonly reports: ReportStore;
  readonly runs: Runs;
  readonly protectedSources: Map<string, ProtectedSource>;
  readonly addedMs: Map<string, number>;
  /** Opens when the vault was read; streams begin after it. */
  readonly opened: Gate;
}

export interface Gate {
  readonly promise: Promise<void>;
  readonly open: () => void;
}

export function createGate(): Gate {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

export const isOwn = (context: BackupContext, name: string): boolean => context.own?.name === name;

/** Throws `backup.source-unknown`. */
export function protectedOf(context: BackupContext, name: string): ProtectedSource {
  const found = context.protectedSources.get(name);
  if (found === undefined) throw new Failure(BACKUP_FAILURES.sourceUnknown, { source: name });
  return found;
}

export function viewOf(context: BackupContext, source: BackupSource): SourceView {
  const { url, ...rest } = source;
  return { ...rest, address: addressOf(url), isOwn: isOwn(context, source.name) };
}
