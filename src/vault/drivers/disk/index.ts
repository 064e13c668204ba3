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
import path from 'node:path';
import type { Clock, Log } from '../../../base/index.ts';
import type { ZoneDriver } from '../../types.ts';
import { createDiskZone } from './disk-zone.ts';
import { openZoneFiles } from './zone-files.ts';

export { createDiskZone, type DiskZoneSettings } from './disk-zone.ts';
export type { ZoneFiles } from './zone-files.ts';

/**
 * A folder as a zone. The folder is made and laid out by the first call that reaches it. With `create` false a folder
 * that holds no zone counts as away, so that a disk that is not mounted does not become an empty zone on the disk below.
 */
export async function openDiskZone(settings: {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly create?: boolean;
}): Promise<ZoneDriver> {
  const { folder, ...rest } = settings;
  return createDiskZone({ files: openZoneFiles(path.resolve(folder)), ...rest });
}
