/**
 * disk: a zone in a folder.
 *
 * An object becomes visible by link(2) from a finished, synced draft, which never replaces; then the folder is synced
 * and only then the put resolves. A crash before the link leaves a draft, which the next open removes; a crash after it
 * leaves a whole object that was not acknowledged. Locks stand in the object's header, extensions and legal holds in a
 * checksummed lock file beside it that is replaced by rename and synced before the call resolves.
 *
 * Limits: one process writes to a folder at a time. A folder is protected from Holdfast's own verbs, not from whoever
 * may write to it on the machine; the probe says so. The layout stands in docs/formats/vault-object.md.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, Failure, type Log } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import type { ZoneDriver } from '../../types.ts';
import { createDiskZone } from './disk-zone.ts';
import { errorCode, openZoneFiles } from './zone-files.ts';

export { createDiskZone, type DiskZoneSettings } from './disk-zone.ts';
export type { ZoneFiles } from './zone-files.ts';

/**
 * Opens a folder as a zone. With `create` false a missing or empty folder is refused as away, so that a disk that is
 * not mounted does not turn into an empty zone on the disk below it.
 */
export async function openDiskZone(settings: {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly create?: boolean;
}): Promise<ZoneDriver> {
  const folder = path.resolve(settings.folder);
  const files = openZoneFiles(folder);
  if (settings.create === false) {
    const names = await files.names('.').catch((): readonly string[] => []);
    if (!names.includes('zone.txt')) {
      throw new Failure(VAULT_FAILURES.zoneAway, {
        zone: folder,
        reason: 'the folder holds no zone; is the disk mounted?',
      });
    }
  } else {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw new Failure(
        VAULT_FAILURES.zoneAway,
        { zone: folder, reason: `the folder cannot be made (${errorCode(error) ?? 'unknown'})` },
        { cause: error },
      );
    });
  }
  return createDiskZone({ files, clock: settings.clock, log: settings.log });
}
