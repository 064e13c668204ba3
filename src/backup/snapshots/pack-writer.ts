import { Failure, invariant } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { type ByteQueue, createByteQueue } from './byte-queue.ts';
import type { ChunkHash, ChunkIndex, ChunkPlace } from './chunk-index.ts';
import { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';
import { encodePackList, type ListedPack } from './pack-list.ts';

export const PACK_KIND = 'backup-pack';
export const PACK_LIST_KIND = 'backup-index';

/** A pack that snapshots may build upon; its number is its place in the table. */
export interface KnownPack {
  readonly id: string;
  readonly retainUntilMs: number;
  /** The vault item that lists its chunks: it is locked as long as the pack. */
  readonly listId: string | undefined;
}

/**
 * Puts new chunks into packs and builds upon packs that stand. Packs are filled one after the other and put while they
 * are filled; a pack that is built upon is locked for as long as the snapshot at once, not at the end, so that nothing
 * can remove it while the snapshot is taken.
 */
export interface PackWriter {
  /** The place of a chunk, new or known; copies the bytes when they are new. */
  readonly place: (chunk: Buffer, hash: ChunkHash) => ChunkPlace;
  /** Undefined when there is room for more; else resolves when there is. Rejects with what the vault said. */
  readonly room: () => Promise<void> | undefined;
  /** Resolves when all packs, their lists and all locks stand in a quorum; with the ids of the packs by number. */
  readonly finish: () => Promise<readonly string[]>;
  /** Ends what is being written; packs that stand already are listed, so that the next attempt builds upon them. */
  readonly abandon: (reason: unknown) => Promise<void>;
  readonly newBytes: () => number;
}

interface OpenPack {
  readonly number: number;
  readonly queue: ByteQueue;
  readonly hashes: ChunkHash[];
  readonly lengths: number[];
  block: Buffer;
  blockFilled: number;
  filled: number;
}

interface Deps {
  readonly vault: Pick<Vault, 'put' | 'extend'>;
  readonly index: ChunkIndex;
  readonly known: readonly KnownPack[];
  readonly source: string;
  readonly systemId: string;
  readonly retainUntilMs: number;
  readonly nowMs: () => number;
  readonly packBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export const createPackWriter = (deps: Deps): PackWriter => new Writer(deps).writer();

class Writer {
  readonly #deps: Deps;
  readonly #ids: (string | undefined)[];
  readonly #extended: Set<number> = new Set();
  readonly #extending: Set<Promise<unknown>> = new Set();
  readonly #finishing: Set<Promise<void>> = new Set();
  readonly #work: Promise<void>[] = [];
  readonly #blocks: Buffer[] = [];
  #toList: ListedPack[] = [];
  #open: OpenPack | undefined;
  #newBytes = 0;
  #problem: { readonly reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#ids = deps.known.map(({ id }) => id);
  }

  writer(): PackWriter {
    return {
      place: (chunk, hash) => this.#place(chunk, hash),
      room: () => (this.#hasRoom() ? undefined : this.#waitForRoom()),
      finish: () => this.#finish(),
      abandon: (reason) => this.#abandon(reason),
      newBytes: () => this.#newBytes,
    };
  }

  #place(chunk: Buffer, hash: ChunkHash): ChunkPlace {
    const found = this.#deps.index.find(hash);
    if (found !== undefined && found.length === chunk.length) {
      if (found.pack < this.#deps.known.length && !this.#extended.has(found.pack)) this.#extend(found.pack);
      return found;
    }
    if (this.#open !== undefined && this.#open.filled + chunk.length > this.#deps.packBytes) this.#close();
    const pack = this.#open ?? this.#begin();
    const place = { pack: pack.number, offset: pack.filled, length: chunk.length };
    this.#append(pack, chunk);
    pack.hashes.push(hash);
    pack.lengths.push(chunk.length);
    pack.filled += chunk.length;
    this.#newBytes += chunk.length;
    this.#deps.index.add(hash, place);
    return place;
  }

  #append(pack: OpenPack, chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const copied = chunk.copy(pack.block, pack.blockFilled, at);
      at += copied;
      pack.blockFilled += copied;
      if (pack.blockFilled < pack.block.length) continue;
      pack.queue.push(pack.block);
      pack.block = this.#newBlock();
      pack.blockFilled = 0;
    }
  }

  /** The vault copies what it takes, so blocks go round. */
  #newBlock(): Buffer {
    return this.#blocks.pop() ?? Buffer.allocUnsafe(BACKUP_SNAPSHOT_LIMITS.packBlockBytes);
  }

  #begin(): OpenPack {
    const number = this.#ids.push(undefined) - 1;
    const queue = createByteQueue((block) => {
      if (block.length === BACKUP_SNAPSHOT_LIMITS.packBlockBytes) this.#blocks.push(block);
      this.#rouse();
    });
    const block = this.#newBlock();
    const pack: OpenPack = { number, queue, hashes: [], lengths: [], block, blockFilled: 0, filled: 0 };
    this.#open = pack;
    const put = this.#put(pack)
      .catch((reason: unknown) => this.#fail(reason))
      .finally(() => {
        this.#finishing.delete(put);
        this.#rouse();
      });
    this.#finishing.add(put);
    return pack;
  }

  async #put(pack: OpenPack): Promise<void> {
    const { vault, source, systemId, retainUntilMs, signal } = this.#deps;
    const options = { kind: PACK_KIND, facts: { source, systemId }, retainUntilMs, ...(signal ? { signal } : {}) };
    const { id } = await vault.put(pack.queue.bytes, options);
    this.#ids[pack.number] = id;
    this.#toList.push({
      id,
      hashes: Buffer.from(pack.hashes.join(''), 'latin1'),
      lengths: Uint32Array.from(pack.lengths),
    });
    if (this.#toList.length >= BACKUP_SNAPSHOT_LIMITS.listedPacks) await this.#list();
  }

  async #list(): Promise<void> {
    const packs = this.#toList;
    if (packs.length === 0) return;
    this.#toList = [];
    const { vault, source, systemId, retainUntilMs } = this.#deps;
    const bytes = encodePackList(packs);
    await vault.put(oneOf(bytes), { kind: PACK_LIST_KIND, facts: { source, systemId }, retainUntilMs });
  }

  #close(): void {
    const pack = this.#open;
    if (pack === undefined) return;
    if (pack.blockFilled > 0) pack.queue.push(pack.block.subarray(0, pack.blockFilled));
    pack.queue.close();
    this.#open = undefined;
  }

  /** A pack whose lock lasts long enough costs nothing; else it is lengthened further than asked, for the next days. */
  #extend(number: number): void {
    this.#extended.add(number);
    const pack = this.#deps.known[number];
    const { retainUntilMs, source, vault, nowMs } = this.#deps;
    if (pack === undefined || pack.retainUntilMs >= retainUntilMs) return;
    const aheadMs = Math.min(BACKUP_SNAPSHOT_LIMITS.extendAheadMsMax, Math.floor((retainUntilMs - nowMs()) / 8));
    const untilMs = retainUntilMs + Math.max(0, aheadMs);
    const extend = async (): Promise<void> => {
      await vault.extend(pack.id, untilMs).catch((cause: unknown) => {
        throw new Failure(BACKUP_SNAPSHOT_FAILURES.packGone, { source, pack: pack.id }, { cause });
      });
      // A list that is gone costs recognition, not a restore.
      if (pack.listId !== undefined) await vault.extend(pack.listId, untilMs).catch(() => undefined);
    };
    const extending: Promise<unknown> = extend()
      .catch((reason: unknown) => this.#fail(reason))
      .finally(() => {
        this.#extending.delete(extending);
        this.#rouse();
      });
    this.#extending.add(extending);
    this.#work.push(extending.then(() => undefined));
  }

  #hasRoom(): boolean {
    if (this.#problem !== undefined) return false;
    const { packQueueBytes, packsInFlight, extendsInFlight } = BACKUP_SNAPSHOT_LIMITS;
    return (
      (this.#open?.queue.waitingBytes() ?? 0) < packQueueBytes &&
      this.#finishing.size <= packsInFlight &&
      this.#extending.size < extendsInFlight
    );
  }

  async #waitForRoom(): Promise<void> {
    while (!this.#hasRoom()) {
      if (this.#problem !== undefined) throw this.#problem.reason;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #fail(reason: unknown): void {
    this.#problem ??= { reason };
    this.#rouse();
  }

  async #finish(): Promise<readonly string[]> {
    this.#close();
    await Promise.all([...this.#finishing, ...this.#work]);
    if (this.#problem !== undefined) throw this.#problem.reason;
    await this.#list();
    return this.#ids.map((id) => {
      invariant(id !== undefined, 'a pack without problem has an id');
      return id;
    });
  }

  async #abandon(reason: unknown): Promise<void> {
    this.#open?.queue.fail(reason);
    this.#open = undefined;
    await Promise.all([...this.#finishing, ...this.#work]);
    await this.#list().catch(() => undefined);
  }
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
