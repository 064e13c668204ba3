import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { Failure } from '../../../base/index.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import type { S3Zone } from './zone.ts';

export interface StoredVersion {
  readonly versionId: string;
  readonly lengthBytes: number;
  readonly etag: string;
  readonly atMs: number;
}

/** All that the store holds under one key. */
export interface KeyVersions {
  readonly key: string;
  /** Oldest first; of very many only the oldest ones. */
  readonly versions: readonly StoredVersion[];
  /** Newer versions that were not kept in memory. */
  readonly more: number;
  readonly markers: readonly StoredVersion[];
}

interface Gathering {
  readonly versions: StoredVersion[];
  readonly markers: StoredVersion[];
  more: number;
}

/** Versions and delete markers by key, in the order of keys, page by page. */
export async function* listVersions(
  zone: S3Zone,
  options: { readonly prefix: string; readonly afterKey?: string; readonly page?: number },
  signal?: AbortSignal,
): AsyncGenerator<KeyVersions> {
  let keyMarker: string | undefined = options.afterKey;
  let versionMarker: string | undefined;
  const open = new Map<string, Gathering>();
  for (;;) {
    const command = new ListObjectVersionsCommand({
      Bucket: zone.url.bucket,
      Prefix: options.prefix,
      MaxKeys: options.page ?? VAULT_S3_LIMITS.listPage,
      // Others may have written keys that XML cannot carry.
      EncodingType: 'url',
      ...(keyMarker === undefined ? {} : { KeyMarker: keyMarker }),
      ...(versionMarker === undefined ? {} : { VersionIdMarker: versionMarker }),
    });
    const page = await zone.call(
      'ListObjectVersions',
      (abortSignal) => zone.client.send(command, { abortSignal }),
      signal,
    );
    gather(page, open);
    const goesOn = page.IsTruncated === true;
    const nextKey = goesOn ? keyText(page, page.NextKeyMarker) : undefined;
    if (goesOn && nextKey === keyMarker && page.NextVersionIdMarker === versionMarker) {
      const reason = 'ListObjectVersions: it answers with the same page again and again';
      throw new Failure(VAULT_S3_FAILURES.storeRefused, { zone: zone.url.location, reason });
    }
    keyMarker = nextKey;
    versionMarker = goesOn ? page.NextVersionIdMarker : undefined;
    for (const key of [...open.keys()].sort(byCodeUnits)) {
      const gathered = open.get(key);
      // The last key of a page may go on in the next one.
      if (gathered === undefined || (goesOn && key === keyMarker)) continue;
      open.delete(key);
      if (options.afterKey !== undefined && key <= options.afterKey) continue;
      yield { key, versions: gathered.versions.reverse(), more: gathered.more, markers: gathered.markers.reverse() };
    }
    if (!goesOn || keyMarker === undefined) return;
  }
}

/** What stands under exactly this key; `undefined` when nothing does. */
export async function versionsOfKey(zone: S3Zone, key: string, signal?: AbortSignal): Promise<KeyVersions | undefined> {
  for await (const group of listVersions(zone, { prefix: key, page: VAULT_S3_LIMITS.keyPage }, signal)) {
    // The key itself sorts before all others that begin with it.
    return group.key === key ? group : undefined;
  }
  return undefined;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function gather(page: ListObjectVersionsCommandOutput, open: Map<string, Gathering>): void {
  const under = (key: string): Gathering => {
    const gathering = open.get(key) ?? { versions: [], markers: [], more: 0 };
    open.set(key, gathering);
    return gathering;
  };
  // S3 lists the versions of a key from the newest to the oldest.
  for (const entry of page.Versions ?? []) {
    const gathering = under(keyText(page, entry.Key) ?? '');
    gathering.versions.push({
      versionId: entry.VersionId ?? 'null',
      lengthBytes: entry.Size ?? 0,
      etag: entry.ETag ?? '',
      atMs: entry.LastModified?.getTime() ?? 0,
    });
    if (gathering.versions.length > VAULT_S3_LIMITS.versionsKeptMax) {
      gathering.versions.shift();
      gathering.more += 1;
    }
  }
  for (const entry of page.DeleteMarkers ?? []) {
    const { markers } = under(keyText(page, entry.Key) ?? '');
    markers.push({
      versionId: entry.VersionId ?? 'null',
      lengthBytes: 0,
      etag: '',
      atMs: entry.LastModified?.getTime() ?? 0,
    });
    if (markers.length > VAULT_S3_LIMITS.versionsKeptMax) markers.shift();
  }
}

function keyText(page: ListObjectVersionsCommandOutput, key: string | undefined): string | undefined {
  if (key === undefined || page.EncodingType !== 'url') return key;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    // A store that says it encodes and does not; the key as it came is still one of a kind.
    return key;
  }
}
