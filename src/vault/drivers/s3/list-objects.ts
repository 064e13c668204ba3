import type { ZoneObject } from '../../types.ts';
import { asZoneObject, findInGroup } from './find-object.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import { type KeyVersions, listVersions } from './list-versions.ts';
import { isObjectName, type S3Zone } from './zone.ts';

/** Objects in the order of their names, delete markers or not; each with its lock as it stands. */
export async function* listObjects(
  zone: S3Zone,
  prefix: string,
  after: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ZoneObject> {
  const start = zone.url.prefix;
  const groups = listVersions(
    zone,
    { prefix: `${start}${prefix}`, ...(after === undefined ? {} : { afterKey: `${start}${after}` }) },
    signal,
  );
  const objectOf = async (group: KeyVersions): Promise<ZoneObject | undefined> => {
    const name = group.key.slice(start.length);
    if (!isObjectName(name)) return undefined;
    const pinned = await findInGroup(zone, name, group, signal);
    return pinned === undefined ? undefined : asZoneObject(pinned);
  };
  for await (const object of inOrder(groups, objectOf)) if (object !== undefined) yield object;
}

/** Maps a few at a time and keeps the order. */
export async function* inOrder<T, R>(items: AsyncIterable<T>, map: (item: T) => Promise<R>): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      running.push(map(item));
      const first = running.length >= VAULT_S3_LIMITS.headsInFlight ? running.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let first = running.shift(); first !== undefined; first = running.shift()) yield await first;
  } finally {
    // Whoever stops reading early must not leave rejections that nobody sees.
    await Promise.allSettled(running);
  }
}
