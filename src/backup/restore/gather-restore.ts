import type { BackupCatalog } from '../types.ts';
import type { RestoreRequest } from './plan-restore.ts';

/** All that planning a restore of a source needs to know, from the catalog. */
export async function gatherRestore(
  catalog: BackupCatalog,
  source: string,
): Promise<Pick<RestoreRequest, 'snapshots' | 'stretches' | 'timelines' | 'namedPoints'>> {
  const [snapshots, stretches, timelines, namedPoints] = await Promise.all([
    catalog.snapshots(source),
    // Pieces bound what a plan reads to the WAL before its target; a stretch is all of it.
    catalog.walPieces === undefined ? catalog.stretches(source) : catalog.walPieces(source),
    catalog.timelines(source),
    catalog.namedPoints(source),
  ]);
  return { snapshots, stretches, timelines, namedPoints };
}
