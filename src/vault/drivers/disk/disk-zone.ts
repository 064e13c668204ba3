import { type Clock, Failure, type Log } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { checkObjectName } from '../../format/object-name.ts';
import { type Primitives, threadPoolPrimitives } from '../../format/primitives.ts';
import { VAULT_LIMITS } from '../../limits.ts';
import { createFolderSyncs, createTurns, type FolderSyncs } from '../../turns.ts';
import type { ZoneAnomaly, ZoneDriver, ZoneObject } from '../../types.ts';
import { diskFailure } from './disk-failure.ts';
import { encodeLock, encodeObjectHeader, type ObjectLock } from './object-file.ts';
import { DRAFTS, listNames, OBJECTS, objectFolders, objectPath, parentOf, shardsBeside } from './object-path.ts';
import { probeZone } from './probe-zone.ts';
import { damaged, readHead, readLock, readObject } from './stored-object.ts';
import type { ZoneFiles } from './zone-files.ts';

export interface DiskZoneSettings {
  readonly files: ZoneFiles;
  /** Default true; with false a place that holds no zone yet is away. */
  readonly create?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Default true: makes all shard folders of a kind at once. False saves a simulation most of its steps. */
  readonly shardsTogether?: boolean;
  readonly primitives?: Primitives;
}

interface ObjectToWrite {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly retainUntilMs: number;
}

/**
 * The zone over its files. It is laid out by the first call that reaches it, so that a disk which is away or full at the
 * start does not keep the program from starting; after that it is never laid out again, so that a disk which is
 * unmounted later does not turn into an empty zone.
 */
export const createDiskZone = (settings: DiskZoneSettings): ZoneDriver => new DiskZone(settings).driver();

const FREE_ASKED_MS = 1000;

class DiskZone {
  readonly #files: ZoneFiles;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #primitives: Primitives;
  readonly #turn = createTurns();
  readonly #syncs: FolderSyncs;
  readonly #folders = new Set<string>();
  readonly #create: boolean;
  readonly #shardsTogether: boolean;
  #opened: Promise<void> | undefined;
  #free: { readonly askedMs: number; readonly bytes: number | undefined } = {
    askedMs: Number.NEGATIVE_INFINITY,
    bytes: undefined,
  };

  constructor(settings: DiskZoneSettings) {
    this.#files = settings.files;
    this.#clock = settings.clock;
    this.#log = settings.log;
    this.#primitives = settings.primitives ?? threadPoolPrimitives;
    this.#create = settings.create ?? true;
    this.#shardsTogether = settings.shardsTogether ?? true;
    this.#syncs = createFolderSyncs((folder) => this.#files.syncFolder(folder));
  }

  driver(): ZoneDriver {
    const named = async <T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
      checkObjectName(name);
      return this.#guard(name, signal, task);
    };
    const turn = <T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
      named(name, () => this.#turn(name, task), signal);
    const driver: ZoneDriver = {
      location: this.#files.root,
      put: (object, signal) => turn(object.name, () => this.#put(object, signal), signal),
      get: (name, signal) => named(name, () => this.#get(name), signal),
      head: (name) => named(name, () => this.#head(name)),
      list: (prefix, after, signal) => this.#list(prefix, after, signal),
      extend: (name, retainUntilMs) => turn(name, () => this.#extend(name, retainUntilMs)),
      setLegalHold: (name, on) => turn(name, () => this.#setLegalHold(name, on)),
      remove: (name, nowMs) => turn(name, () => this.#remove(name, nowMs)),
      mend: (object) => turn(object.name, () => this.#mend(object)),
      probe: (nowMs) => probeZone({ driver, nowMs, primitives: this.#primitives }),
      anomalies: (known) => this.#anomalies(known),
      freeBytes: () => this.#guard('the zone', undefined, () => this.#files.freeBytes()),
      medium: () => this.#guard('the zone', undefined, () => this.#files.device()),
      close: async () => undefined,
    };
    return driver;
  }

  async #guard<T>(name: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    try {
      await this.#open();
      return await task();
    } catch (error) {
      throw diskFailure(error, { zone: this.#files.root, name, signal });
    }
  }

  #open(): Promise<void> {
    if (this.#opened !== undefined) return this.#opened;
    const opening = this.#layOut();
    this.#opened = opening;
    opening.catch(() => {
      this.#opened = undefined;
    });
    return opening;
  }

  /** Lays out the folders and removes the drafts that a crash left. */
  async #layOut(): Promise<void> {
    const isZone = await this.#files.exists('zone.txt');
    if (!isZone && !this.#create) throw this.#away('the folder holds no zone; is its disk mounted?');
    if (!isZone) await this.#files.makeRoot();
    for (const folder of [OBJECTS, DRAFTS]) await this.#files.makeFolder(folder);
    // The process before this one may have been killed between a change and its sync; the disk may still not have it.
    for (const folder of ['.', ...(await objectFolders(this.#files))]) await this.#files.syncFolder(folder);
    const left = await this.#files.names(DRAFTS);
    for (const draft of left) await this.#files.unlink(`${DRAFTS}/${draft}`);
    if (left.length > 0)
      this.#log.info({ zone: this.#files.root, drafts: left.length }, 'removed drafts that a crash left');
    if (isZone) return;
    const draft = this.#draftName();
    await this.#files.writeNew(draft, [Buffer.from('holdfast-zone-1\n')]);
    await this.#files.rename(draft, 'zone.txt');
    await this.#files.syncFolder('.');
  }

  async #put(object: ObjectToWrite, signal: AbortSignal | undefined): Promise<ZoneObject> {
    signal?.throwIfAborted();
    await this.#checkBytes(object);
    const at = objectPath(object.name);
    await this.#makeFolders(at.folder);
    const draft = await this.#writeDraft(object, object.retainUntilMs, signal);
    try {
      const linked = await this.#syncs.change(at.folder, () => this.#files.link(draft, at.file));
      if (!linked) return await this.#putAgain(object);
    } finally {
      await this.#files.unlink(draft);
    }
    await this.#syncs.settle(at.folder);
    // A lock may have been left by an object of this name that was removed; it still counts.
    const lock = await readLock(this.#files, object.name);
    if (lock.type !== 'none') return this.#present(object.name);
    const { name, sha256, retainUntilMs } = object;
    return { name, lengthBytes: object.bytes.length, sha256, retainUntilMs, legalHold: false };
  }

  /** A put that was not acknowledged may be repeated after a crash: what stands there must be made durable again. */
  async #putAgain(object: ObjectToWrite): Promise<ZoneObject> {
    const stored = await readObject(this.#files, this.#primitives, object.name);
    if (stored.type === 'damaged') throw damaged(this.#files.root, object.name, stored.reason);
    if (stored.type === 'missing') throw this.#missing(object.name);
    if (stored.header.sha256 !== object.sha256) {
      throw new Failure(VAULT_FAILURES.nameTaken, { zone: this.#files.root, name: object.name });
    }
    const head = await this.#present(object.name);
    if (head.retainUntilMs >= object.retainUntilMs) return head;
    return this.#writeLock(object.name, { retainUntilMs: object.retainUntilMs, legalHold: head.legalHold });
  }

  async #get(name: string): Promise<Uint8Array> {
    const stored = await readObject(this.#files, this.#primitives, name);
    if (stored.type === 'missing') throw this.#missing(name);
    if (stored.type === 'damaged') throw damaged(this.#files.root, name, stored.reason);
    return stored.bytes;
  }

  /** Leaves out what is damaged: to the vault it looks missing, and putting it again tells and mends the damage. */
  async *#list(prefix: string, after: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<ZoneObject> {
    try {
      await this.#open();
      // A zone whose disk is gone must not look like an empty one.
      if (!(await this.#files.exists('zone.txt'))) throw this.#away('its folder is gone');
      for await (const name of listNames(this.#files, prefix, after)) {
        signal?.throwIfAborted();
        const head = await this.#headIfWhole(name);
        if (head !== undefined) yield head;
      }
    } catch (error) {
      throw diskFailure(error, { zone: this.#files.root, name: prefix, signal });
    }
  }

  async #headIfWhole(name: string): Promise<ZoneObject | undefined> {
    try {
      return await readHead(this.#files, name);
    } catch (error) {
      if (error instanceof Failure && error.is(VAULT_FAILURES.objectDamaged)) return undefined;
      throw error;
    }
  }

  async #extend(name: string, retainUntilMs: number): Promise<ZoneObject> {
    const head = await this.#present(name);
    if (retainUntilMs < head.retainUntilMs) {
      const details = { name, currentMs: head.retainUntilMs, askedMs: retainUntilMs };
      throw new Failure(VAULT_FAILURES.lockShortenRefused, details);
    }
    if (retainUntilMs === head.retainUntilMs) return head;
    return this.#writeLock(name, { retainUntilMs, legalHold: head.legalHold });
  }

  async #setLegalHold(name: string, on: boolean): Promise<ZoneObject> {
    const head = await this.#present(name);
    if (head.legalHold === on) return head;
    return this.#writeLock(name, { retainUntilMs: head.retainUntilMs, legalHold: on });
  }

  async #remove(name: string, nowMs: number): Promise<void> {
    const refuse = (reason: string): Failure =>
      new Failure(VAULT_FAILURES.locked, { name, zone: this.#files.root, reason });
    const at = objectPath(name);
    const head = await this.#headIfWhole(name);
    if (head === undefined) {
      if (!(await this.#files.exists(at.file))) throw this.#missing(name);
      throw refuse('it is damaged, so its lock cannot be trusted');
    }
    if (head.legalHold) throw refuse('it is under legal hold');
    // The caller's idea of the time may only make a removal later, never earlier.
    if (Math.min(nowMs, this.#clock.nowMs()) < head.retainUntilMs) throw refuse(`until ${head.retainUntilMs}`);
    // The object goes first: a crash in between leaves a lock without an object, never an object without its lock.
    await this.#syncs.change(at.folder, () => this.#files.unlink(at.file));
    await this.#syncs.settle(at.folder);
    await this.#files.unlink(at.lockFile);
  }

  async #mend(object: ObjectToWrite): Promise<ZoneObject> {
    await this.#checkBytes(object);
    const stored = await readObject(this.#files, this.#primitives, object.name);
    if (stored.type === 'missing') throw this.#missing(object.name);
    const lock = await readLock(this.#files, object.name);
    if (stored.type === 'whole') {
      if (stored.header.sha256 !== object.sha256) {
        throw new Failure(VAULT_FAILURES.nameTaken, { zone: this.#files.root, name: object.name });
      }
      if (lock.type !== 'damaged') {
        throw new Failure(VAULT_FAILURES.mendRefused, { name: object.name, zone: this.#files.root });
      }
    } else {
      const at = objectPath(object.name);
      const draft = await this.#writeDraft(object, Math.max(object.retainUntilMs, stored.retainUntilMs), undefined);
      await this.#syncs.change(at.folder, () => this.#files.rename(draft, at.file));
    }
    this.#log.warn({ zone: this.#files.root, name: object.name }, 'mended a damaged object');
    if (lock.type === 'damaged') {
      await this.#writeLock(object.name, { retainUntilMs: object.retainUntilMs, legalHold: false });
    }
    return this.#present(object.name);
  }

  async *#anomalies(known: ReadonlySet<string>): AsyncGenerator<ZoneAnomaly> {
    await this.#guard('the zone', undefined, async () => undefined);
    for await (const name of listNames(this.#files, '')) {
      if (known.has(name) || name.startsWith('probe/')) continue;
      yield { type: 'unknown-object', name, detail: 'a file stands in the zone that the vault did not put there' };
    }
  }

  async #checkBytes(object: ObjectToWrite): Promise<void> {
    const { name, bytes } = object;
    if (bytes.length > VAULT_LIMITS.objectBytesMax) {
      const details = { name, bytes: bytes.length, bytesMax: VAULT_LIMITS.objectBytesMax };
      throw new Failure(VAULT_FAILURES.objectTooLarge, details);
    }
    const sha256 = (await this.#primitives.sha256(bytes)).toString('hex');
    if (sha256 !== object.sha256) throw new Failure(VAULT_FAILURES.checksumMismatch, { name });
    const free = await this.#freeBytes();
    if (free !== undefined && free < bytes.length + VAULT_LIMITS.diskFreeBytesMin) {
      throw new Failure(VAULT_FAILURES.diskFull, { zone: this.#files.root, reason: `${free} bytes are free` });
    }
  }

  /** Asked at most once a second: a disk that fills up in between says so itself. */
  async #freeBytes(): Promise<number | undefined> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#free.askedMs >= FREE_ASKED_MS) {
      this.#free = { askedMs: nowMs, bytes: await this.#files.freeBytes() };
    }
    return this.#free.bytes;
  }

  async #writeDraft(object: ObjectToWrite, retainUntilMs: number, signal: AbortSignal | undefined): Promise<string> {
    const { name, bytes, sha256 } = object;
    const draft = this.#draftName();
    const header = encodeObjectHeader(name, { retainUntilMs, lengthBytes: bytes.length, sha256 });
    await this.#files.writeNew(draft, [header, bytes], signal);
    return draft;
  }

  /** Written beside the old one, synced, and then put in its place: a crash leaves the old lock or the new one. */
  async #writeLock(name: string, lock: ObjectLock): Promise<ZoneObject> {
    const at = objectPath(name);
    const draft = this.#draftName();
    await this.#files.writeNew(draft, [encodeLock(name, lock)]);
    await this.#syncs.change(at.folder, () => this.#files.rename(draft, at.lockFile));
    return this.#present(name);
  }

  #draftName(): string {
    return `${DRAFTS}/${this.#primitives.randomBytes(12).toString('hex')}`;
  }

  async #makeFolders(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    const first = parentOf(folder);
    for (const group of [[first], this.#shardsTogether ? shardsBeside(folder) : [folder]]) {
      const parent = parentOf(group[0] ?? folder);
      // Synced even where the folder stands already: whoever made it may not have come to that yet.
      await this.#syncs.change(parent, async () => {
        for (const at of group) await this.#files.makeFolder(at);
      });
      await this.#syncs.settle(parent);
      for (const at of group) this.#folders.add(at);
    }
  }

  /**
   * What stands in a folder that was not synced may be gone after a crash, so nothing is said about it before. Callers
   * take an answer for a promise: a put that was cut off before its sync is acknowledged when it is tried again.
   */
  async #head(name: string): Promise<ZoneObject | undefined> {
    const head = await readHead(this.#files, name);
    await this.#syncs.settle(objectPath(name).folder);
    return head;
  }

  async #present(name: string): Promise<ZoneObject> {
    const head = await this.#head(name);
    if (head === undefined) throw this.#missing(name);
    return head;
  }

  #missing(name: string): Failure {
    return new Failure(VAULT_FAILURES.objectMissing, { zone: this.#files.root, name });
  }

  #away(reason: string): Failure {
    return new Failure(VAULT_FAILURES.zoneAway, { zone: this.#files.root, reason });
  }
}
