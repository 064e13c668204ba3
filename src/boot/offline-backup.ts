import path from 'node:path';
import {
  applyRestore,
  describeTarget,
  gatherRestore,
  type OfflineCatalog,
  openOfflineCatalog,
  planRestore,
  type RestorableRange,
  type RestorePlan,
  type RestoreTarget,
  restorableRanges,
  type Snapshot,
} from '../backup/index.ts';
import { formatBytes, formatDuration, type Log, silentLog, systemClock } from '../base/index.ts';
import { createPostgresRunner } from '../catalog/drivers/embedded/index.ts';
import { createVault, readVaultKeys, type VaultStore } from '../vault/index.ts';
import { openZone } from './zones.ts';

interface Where {
  readonly zone: string;
  readonly keys: string;
}

/** Opens one zone alone, for reading: no server, no database, nothing is written. */
async function withZone<Result>(
  { zone, keys: folder }: Where,
  work: (vault: VaultStore, catalog: OfflineCatalog, log: Log) => Promise<Result>,
): Promise<Result> {
  const log = silentLog();
  const keys = await readVaultKeys({ folder, log });
  const plan = { name: 'zone', failureDomain: 'unknown', remote: false, url: zone };
  const opened = await openZone(plan, { clock: systemClock, log, create: false });
  // The vault goes on without a zone that is away; here it is the only one, and a wrong path must not look empty.
  await opened.driver.list('')[Symbol.asyncIterator]().next();
  const vault = await createVault({ zones: [opened], keys, clock: systemClock, log, writeQuorum: 1 });
  try {
    return await work(vault, await openOfflineCatalog({ vault, clock: systemClock, log }), log);
  } finally {
    await vault.close();
  }
}

/** What one zone and the keys say can be restored. */
export async function listBackupsOffline(where: Where): Promise<
  readonly {
    readonly source: string;
    readonly snapshots: readonly Snapshot[];
    readonly ranges: readonly RestorableRange[];
  }[]
> {
  return withZone(where, async (_, catalog) => {
    const sources = await catalog.sources();
    return Promise.all(
      sources.map(async (source) => {
        const known = await gatherRestore(catalog, source);
        return { source, snapshots: known.snapshots, ranges: restorableRanges(known) };
      }),
    );
  });
}

/** Restores from one zone and the keys. Resolves with a summary; undefined when only the plan was asked for. */
export async function restoreOffline(
  order: Where & {
    readonly source: string;
    readonly request: { readonly target: RestoreTarget; readonly timeline?: 'latest' | number };
    readonly into: string;
    readonly port?: number;
    readonly dryRun: boolean;
    readonly onPlan: (plan: RestorePlan) => void;
    readonly onProgress: (line: string) => void;
  },
): Promise<string | undefined> {
  return withZone(order, async (vault, catalog, log) => {
    const known = await gatherRestore(catalog, order.source);
    const plan = planRestore({ ...known, source: order.source, ...order.request });
    order.onPlan(plan);
    if (order.dryRun) return undefined;
    const clock = systemClock;
    const into = path.resolve(order.into);
    const runner = createPostgresRunner({
      ...{ folder: path.dirname(into), clock },
      ...(process.env.PATH === undefined ? {} : { searchPath: process.env.PATH }),
    });
    const begunMs = clock.monotonicMs();
    const result = await applyRestore(
      { catalog, wal: catalog.wal, vault, runner, clock, log },
      {
        ...{ plan, into },
        ...(order.port === undefined ? {} : { start: { port: order.port } }),
        onProgress: ({ phase, doneBytes, bytesPerSecond }) =>
          order.onProgress(`${phase}: ${formatBytes(doneBytes)} at ${formatBytes(bytesPerSecond)}/s`),
      },
    );
    const took = formatDuration(clock.monotonicMs() - begunMs);
    // The command ends with its server: what is restored is then started as any other cluster.
    await result.server?.stop();
    const opened = result.server === undefined ? '' : ' It was started, reached its target and was stopped again.';
    const what = `${order.source} at ${describeTarget(plan.target)} stands in ${result.folder} after ${took}.${opened}`;
    return [what, ...result.notes].join('\n- ');
  });
}
