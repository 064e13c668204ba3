import type { Clock, Log } from '../../base/index.ts';
import type { Primitives } from '../format/primitives.ts';
import type { Sealer } from '../format/sealer.ts';
import type { ItemObjects } from './item-objects.ts';
import type { PiecePool } from './piece-pool.ts';
import type { ZoneSet } from './zone-set.ts';

/** What every verb of the store works with. */
export interface VaultContext {
  readonly zones: ZoneSet;
  readonly items: ItemObjects;
  readonly sealer: Sealer;
  readonly primitives: Primitives;
  readonly clock: Clock;
  readonly log: Log;
  readonly chunkBytes: number;
  readonly pool: PiecePool;
  /** One verb at a time that changes the objects of an item; keyed by the item's id. */
  readonly turn: <T>(id: string, task: () => Promise<T>) => Promise<T>;
  /** Work that goes on after the caller was answered; a failure in it is logged. Closing waits for it. */
  readonly background: (what: string, task: () => Promise<unknown>) => void;
  /** Chunk names of uploads that run, which no repair has to copy. */
  readonly uploading: Set<string>;
}
