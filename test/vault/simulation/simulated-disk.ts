import type { ZoneFiles } from '../../../src/vault/drivers/disk/index.ts';
import type { Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

/**
 * A disk in memory that forgets what was not synced. Contents and names have two states, the one that programs see and
 * the one that survives a loss of power. Names that were changed in a folder since its last sync survive or not, each by
 * itself; contents that were not synced come back whole, cut short, empty or as zeros.
 */
interface Inode {
  seen: Buffer;
  synced: Buffer | undefined;
}

interface Folder {
  readonly seen: Map<string, Inode | 'folder'>;
  readonly synced: Map<string, Inode | 'folder'>;
  /** What happened to names since the last sync, in order. */
  changes: { readonly name: string; readonly to: Inode | 'folder' | undefined }[];
}

export interface SimulatedDisk {
  /** The files as one run of a program sees them; after `kill` every call of that run hangs for ever. */
  readonly mount: () => { readonly files: ZoneFiles; readonly kill: () => void };
  readonly losePower: () => void;
  /** Every call fails with EIO until it is set back. */
  readonly setAway: (away: boolean) => void;
  readonly setFull: (full: boolean) => void;
  /** The next so many syncs fail. */
  readonly failSyncs: (count: number) => void;
  /** Flips a bit of some object or lock; false when there is none. */
  readonly rot: () => boolean;
  readonly wipe: () => void;
}

const systemError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code });
const split = (file: string): readonly [string, string] => {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? ['.', file] : [file.slice(0, slash), file.slice(slash + 1)];
};

export function createSimulatedDisk(name: string, scheduler: Scheduler, random: SeededRandom): SimulatedDisk {
  const folders = new Map<string, Folder>();
  const newFolder = (): Folder => ({ seen: new Map(), synced: new Map(), changes: [] });
  const format = (): void => {
    folders.clear();
    folders.set('.', newFolder());
  };
  format();
  let away = false;
  let full = false;
  let failingSyncs = 0;

  const folderOf = (folder: string): Folder => {
    const found = folders.get(folder);
    if (found === undefined) throw systemError('ENOENT');
    return found;
  };
  const change = (folder: string, entry: string, to: Inode | 'folder' | undefined): void => {
    const at = folderOf(folder);
    if (to === undefined) at.seen.delete(entry);
    else at.seen.set(entry, to);
    at.changes.push({ name: entry, to });
  };
  const inodeAt = (file: string): Inode | undefined => {
    const [folder, entry] = split(file);
    const found = folders.get(folder)?.seen.get(entry);
    return found === 'folder' ? undefined : found;
  };
  const sync = (): void => {
    if (failingSyncs === 0) return;
    failingSyncs -= 1;
    throw systemError('EIO');
  };

  const mount = (): { readonly files: ZoneFiles; readonly kill: () => void } => {
    let alive = true;
    /** Waits for its turn before the effect; a crash after the effect is one before the caller's next step. */
    const step = async <T>(effect: () => T): Promise<T> => {
      if (!alive) return new Promise(() => undefined);
      await scheduler.turn();
      if (away) throw systemError('EIO');
      return effect();
    };
    /** Most reads go on at once: they change nothing, and the turns are better spent on what does. */
    const look = async <T>(effect: () => T): Promise<T> => {
      if (random.chance(0.1)) return step(effect);
      if (!alive) return new Promise(() => undefined);
      if (away) throw systemError('EIO');
      return effect();
    };
    const files: ZoneFiles = {
      root: name,
      makeRoot: () => step(() => undefined),
      makeFolder: (folder) =>
        step(() => {
          const [parent, entry] = split(folder);
          if (folderOf(parent).seen.has(entry)) return;
          change(parent, entry, 'folder');
          if (!folders.has(folder)) folders.set(folder, newFolder());
        }),
      names: (folder) => look(() => [...(folders.get(folder)?.seen.keys() ?? [])]),
      writeNew: async (file, parts, signal) => {
        const [folder, entry] = split(file);
        const inode: Inode = { seen: Buffer.alloc(0), synced: undefined };
        await step(() => {
          if (folderOf(folder).seen.has(entry)) throw systemError('EEXIST');
          change(folder, entry, inode);
        });
        try {
          for (const part of parts) {
            signal?.throwIfAborted();
            await step(() => {
              if (full) throw systemError('ENOSPC');
              inode.seen = Buffer.concat([inode.seen, part]);
            });
          }
          await step(() => {
            sync();
            inode.synced = inode.seen;
          });
        } catch (error) {
          change(folder, entry, undefined);
          throw error;
        }
      },
      link: (from, to) =>
        step(() => {
          const inode = inodeAt(from);
          const [folder, entry] = split(to);
          if (inode === undefined) throw systemError('ENOENT');
          if (folderOf(folder).seen.has(entry)) return false;
          change(folder, entry, inode);
          return true;
        }),
      rename: (from, to) =>
        step(() => {
          const inode = inodeAt(from);
          if (inode === undefined) throw systemError('ENOENT');
          change(...split(to), inode);
          change(...split(from), undefined);
        }),
      unlink: (file) =>
        step(() => {
          if (inodeAt(file) !== undefined) change(...split(file), undefined);
        }),
      syncFolder: (folder) =>
        step(() => {
          const at = folderOf(folder);
          sync();
          at.synced.clear();
          for (const [entry, to] of at.seen) at.synced.set(entry, to);
          at.changes = [];
        }),
      exists: (file) => look(() => inodeAt(file) !== undefined),
      read: (file) => look(() => copyOf(inodeAt(file)?.seen)),
      readStart: (file, length) =>
        look(() => {
          const seen = inodeAt(file)?.seen;
          return seen === undefined
            ? undefined
            : { bytes: Buffer.from(seen.subarray(0, length)), sizeBytes: seen.length };
        }),
      freeBytes: () => look(() => Number.MAX_SAFE_INTEGER),
      device: async () => name,
    };
    return {
      files,
      kill: () => {
        alive = false;
      },
    };
  };

  const survivor = (inode: Inode): void => {
    if (inode.synced === undefined) {
      const { seen } = inode;
      const fate = random.below(4);
      if (fate === 0) inode.seen = Buffer.alloc(0);
      if (fate === 1) inode.seen = Buffer.from(seen.subarray(0, random.below(seen.length + 1)));
      if (fate === 2) inode.seen = Buffer.alloc(seen.length);
    } else inode.seen = inode.synced;
    inode.synced = inode.seen;
  };

  return {
    mount,
    losePower: () => {
      const inodes = new Set<Inode>();
      for (const folder of folders.values()) {
        for (const { name: entry, to } of folder.changes) {
          if (random.chance(0.5)) continue;
          if (to === undefined) folder.synced.delete(entry);
          else folder.synced.set(entry, to);
        }
        folder.changes = [];
        folder.seen.clear();
        for (const [entry, to] of folder.synced) {
          folder.seen.set(entry, to);
          if (to !== 'folder') inodes.add(to);
        }
      }
      for (const inode of inodes) survivor(inode);
      for (const path of [...folders.keys()]) {
        const [parent, entry] = split(path);
        if (path !== '.' && folders.get(parent)?.seen.get(entry) !== 'folder') folders.delete(path);
      }
    },
    setAway: (value) => {
      away = value;
    },
    setFull: (value) => {
      full = value;
    },
    failSyncs: (count) => {
      failingSyncs = count;
    },
    rot: () => {
      const stored = [...folders]
        .filter(([path]) => path.startsWith('objects/'))
        .flatMap(([, folder]) => [...folder.seen]);
      const inodes = stored.map(([, to]) => to).filter((to) => to !== 'folder' && to.seen.length > 0);
      if (inodes.length === 0) return false;
      const inode = random.pick(inodes);
      if (inode === 'folder') return false;
      const rotten = Buffer.from(inode.seen);
      const at = random.below(rotten.length);
      rotten[at] = (rotten[at] ?? 0) ^ (1 << random.below(8));
      inode.seen = rotten;
      if (inode.synced !== undefined) inode.synced = rotten;
      return true;
    },
    wipe: format,
  };
}

const copyOf = (bytes: Buffer | undefined): Buffer | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes);
