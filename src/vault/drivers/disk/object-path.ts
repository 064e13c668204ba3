import type { ZoneFiles } from './zone-files.ts';

/**
 * Where an object lies: `objects/<first part>/<two characters of the rest>/<name with ~ for />`. `~` and `=` cannot
 * stand in names, so no two names meet in one file, and lock files cannot be taken for objects. Names without a first
 * part lie in `objects/=`.
 */
export interface ObjectPath {
  readonly folder: string;
  readonly file: string;
  readonly lockFile: string;
}

export const OBJECTS = 'objects';
export const DRAFTS = 'drafts';
const BARE = '=';
const LOCK_SUFFIX = '=lock';

const flat = (name: string): string => name.replaceAll('/', '~');

const splitName = (name: string): readonly [string, string] => {
  const slash = name.indexOf('/');
  return slash < 0 ? [BARE, name] : [name.slice(0, slash), name.slice(slash + 1)];
};

export function objectPath(name: string): ObjectPath {
  const [first, rest] = splitName(name);
  const folder = `${OBJECTS}/${first}/${flat(rest.slice(0, 2))}`;
  const file = `${folder}/${flat(name)}`;
  return { folder, file, lockFile: `${file}${LOCK_SUFFIX}` };
}

export const parentOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

const HASHED = /^(.*\/)[0-9a-f]{2}$/;

/**
 * The folders to make together with this one: where names are hashes all 256 of them, because each is needed soon and one
 * sync then serves them all.
 */
export function shardsBeside(folder: string): readonly string[] {
  const start = HASHED.exec(folder)?.[1];
  if (start === undefined) return [folder];
  return Array.from({ length: 256 }, (_, index) => `${start}${index.toString(16).padStart(2, '0')}`);
}

/** All folders below `objects`, it included. */
export async function objectFolders(files: ZoneFiles): Promise<readonly string[]> {
  const folders = [OBJECTS];
  for (const first of await files.names(OBJECTS)) {
    folders.push(`${OBJECTS}/${first}`);
    for (const shard of await files.names(`${OBJECTS}/${first}`)) folders.push(`${OBJECTS}/${first}/${shard}`);
  }
  return folders;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names of objects with the prefix, in order, those after `after`; nothing is read but folders. */
export async function* listNames(files: ZoneFiles, prefix: string, after = ''): AsyncGenerator<string> {
  const slash = prefix.indexOf('/');
  if (slash > 0 && prefix.length >= slash + 3) {
    // All names with such a prefix lie in one folder.
    yield* (await shardNames(files, objectPath(prefix).folder, prefix, after)).sort(byCodeUnit);
    return;
  }
  const bare = prefix.includes('/') ? [] : await bareNames(files, prefix, after);
  let next = 0;
  for await (const name of slashedNames(files, prefix, after)) {
    for (; next < bare.length; next += 1) {
      const candidate = bare[next] ?? '';
      if (candidate > name) break;
      yield candidate;
    }
    yield name;
  }
  yield* bare.slice(next);
}

async function bareNames(files: ZoneFiles, prefix: string, after: string): Promise<string[]> {
  const found: string[] = [];
  for (const shard of await files.names(`${OBJECTS}/${BARE}`)) {
    found.push(...(await shardNames(files, `${OBJECTS}/${BARE}/${shard}`, prefix, after)));
  }
  return found.sort(byCodeUnit);
}

async function* slashedNames(files: ZoneFiles, prefix: string, after: string): AsyncGenerator<string> {
  // Compared with their slash, because `a-b/` comes before `a/` although `a` comes before `a-b`.
  const firsts = (await files.names(OBJECTS))
    .filter((first) => first !== BARE)
    .map((first) => `${first}/`)
    .filter((first) => mayHold(first, prefix, after))
    .sort(byCodeUnit);
  for (const first of firsts) {
    const folder = `${OBJECTS}/${first.slice(0, -1)}`;
    const shards = (await files.names(folder))
      .map((shard) => shard.replaceAll('~', '/'))
      .filter((shard) => mayHold(first + shard, prefix, after))
      .sort(byCodeUnit);
    for (const shard of shards) {
      const names = await shardNames(files, `${folder}/${flat(shard)}`, prefix, after);
      yield* names.sort(byCodeUnit);
    }
  }
}

/** Whether names that begin with `start` can have the prefix and come after `after`. */
const mayHold = (start: string, prefix: string, after: string): boolean =>
  (start.startsWith(prefix) || prefix.startsWith(start)) && (start >= after || after.startsWith(start));

async function shardNames(files: ZoneFiles, folder: string, prefix: string, after: string): Promise<string[]> {
  return (await files.names(folder))
    .filter((file) => !file.endsWith(LOCK_SUFFIX))
    .map((file) => file.replaceAll('~', '/'))
    .filter((name) => name.startsWith(prefix) && name > after);
}
