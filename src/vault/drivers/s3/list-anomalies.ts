import type { ZoneAnomaly } from '../../types.ts';
import { findInGroup, headVersion, type PinnedObject, readVersion, sha256Of } from './find-object.ts';
import { inOrder } from './list-objects.ts';
import { type KeyVersions, listVersions, type StoredVersion } from './list-versions.ts';
import { isLockedAsAsked } from './lock-object.ts';
import { isObjectName, PROBE_FOLDER, type S3Zone } from './zone.ts';

/**
 * What stands in the bucket besides what was put there: other versions under the names of objects, delete markers,
 * objects without their lock, objects that the vault does not know. Reads are right in spite of the first two; they
 * are told because somebody made them.
 */
export async function* listAnomalies(zone: S3Zone, known: ReadonlySet<string>): AsyncGenerator<ZoneAnomaly> {
  const groups = listVersions(zone, { prefix: zone.url.prefix });
  for await (const found of inOrder(groups, (group) => anomaliesOf(zone, known, group))) yield* found;
}

async function anomaliesOf(
  zone: S3Zone,
  known: ReadonlySet<string>,
  group: KeyVersions,
): Promise<readonly ZoneAnomaly[]> {
  const name = group.key.slice(zone.url.prefix.length);
  if (name.startsWith(PROBE_FOLDER)) return [];
  const markers = group.markers.map(
    (marker): ZoneAnomaly => ({ type: 'delete-marker', name, detail: `${told(marker)} says that it is deleted` }),
  );
  const pinned = isObjectName(name) ? await findInGroup(zone, name, group) : undefined;
  if (!known.has(name)) {
    if (group.versions.length === 0) return markers;
    const by = pinned === undefined ? 'without the mark of this driver' : 'with the mark of this driver';
    const detail = `${group.versions.length + group.more} versions ${by}, which the vault does not know`;
    return [{ type: 'unknown-object', name, detail }, ...markers];
  }
  const lock = pinned === undefined ? [] : lockAnomalies(zone, pinned);
  return [...lock, ...(await versionAnomalies(zone, name, group, pinned)), ...markers];
}

function lockAnomalies(zone: S3Zone, pinned: PinnedObject): readonly ZoneAnomaly[] {
  if (isLockedAsAsked(zone, pinned, 0)) return [];
  const found = pinned.lockMode === undefined ? 'no lock' : `a lock in ${pinned.lockMode} only`;
  const detail = `version ${pinned.versionId} has ${found} where ${zone.url.mode} was asked`;
  return [{ type: 'lock-missing', name: pinned.name, detail }];
}

async function versionAnomalies(
  zone: S3Zone,
  name: string,
  group: KeyVersions,
  pinned: PinnedObject | undefined,
): Promise<readonly ZoneAnomaly[]> {
  const anomalies: ZoneAnomaly[] = [];
  for (const version of group.versions) {
    if (version.versionId === pinned?.versionId) continue;
    if (pinned !== undefined && (await isCopy(zone, group.key, version, pinned))) continue;
    const detail = `${told(version)} holds ${version.lengthBytes} bytes that were not put by the vault; reads do not use it`;
    anomalies.push({ type: 'unexpected-version', name, detail });
  }
  if (group.more > 0) {
    const detail = `${group.more} newer versions besides, which were not looked at one by one`;
    anomalies.push({ type: 'unexpected-version', name, detail });
  }
  return anomalies;
}

/** A second put of the same bytes, after a lost answer or for mending, is no anomaly. */
async function isCopy(zone: S3Zone, key: string, version: StoredVersion, pinned: PinnedObject): Promise<boolean> {
  if (version.lengthBytes !== pinned.lengthBytes) return false;
  if (version.etag === pinned.etag) return true;
  const facts = await headVersion(zone, key, version.versionId);
  if (facts?.sha256 !== pinned.sha256) return false;
  const bytes = await readVersion(zone, key, version.versionId);
  return bytes !== undefined && (await sha256Of(bytes)) === pinned.sha256;
}

const told = (version: StoredVersion): string => {
  const at = version.atMs > 0 ? ` of ${new Date(version.atMs).toISOString()}` : '';
  return `version ${version.versionId}${at}`;
};
