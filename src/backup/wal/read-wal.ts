import { Failure } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { segmentStart, walFileName } from '../protocol/index.ts';
import type { Lsn } from '../types.ts';
import { BACKUP_WAL_FAILURES } from './failures.ts';
import type { WalItem } from './wal-facts.ts';

/** Bytes of items that were put a moment ago, so that compaction does not read them back. */
export interface RecentBytes {
  readonly get: (id: string) => Uint8Array | undefined;
  readonly add: (id: string, bytes: Uint8Array) => void;
  readonly drop: (ids: Iterable<string>) => void;
}

export function createRecentBytes(bytesMax: number): RecentBytes {
  const kept = new Map<string, Uint8Array>();
  let total = 0;
  const drop = (id: string): void => {
    total -= kept.get(id)?.length ?? 0;
    kept.delete(id);
  };
  return {
    get: (id) => kept.get(id),
    add: (id, bytes) => {
      drop(id);
      kept.set(id, bytes);
      total += bytes.length;
      for (const oldest of kept.keys()) {
        if (total <= bytesMax) break;
        drop(oldest);
      }
    },
    drop: (ids) => {
      for (const id of ids) drop(id);
    },
  };
}

/** The bytes `[fromLsn, toLsn)` out of items that cover it in order; throws when they do not. */
export async function readRange(input: {
  readonly vault: Pick<Vault, 'get'>;
  readonly recent?: RecentBytes;
  readonly cover: readonly WalItem[];
  readonly fromLsn: Lsn;
  readonly bytes: Uint8Array;
  readonly signal?: AbortSignal;
}): Promise<number> {
  const { cover, fromLsn, bytes } = input;
  let filled = 0;
  for (const item of cover) {
    const skip = Number(fromLsn + BigInt(filled) - item.fromLsn);
    const found = input.recent?.get(item.id);
    const wanted = Math.min(Number(item.toLsn - item.fromLsn) - skip, bytes.length - filled);
    const got = await copyItem(input, { found, item, skip, into: bytes.subarray(filled, filled + wanted) });
    if (got !== wanted) throw incomplete(item, `an item has ${got} bytes and not ${wanted}`);
    filled += wanted;
  }
  return filled;
}

async function copyItem(
  input: { readonly vault: Pick<Vault, 'get'>; readonly signal?: AbortSignal },
  want: {
    readonly found: Uint8Array | undefined;
    readonly item: WalItem;
    readonly skip: number;
    readonly into: Uint8Array;
  },
): Promise<number> {
  const { found, item, skip, into } = want;
  if (found !== undefined) {
    into.set(found.subarray(skip, skip + into.length));
    return Math.min(into.length, found.length - skip);
  }
  let at = -skip;
  let copied = 0;
  const options = input.signal === undefined ? {} : { signal: input.signal };
  for await (const chunk of input.vault.get(item.id, options)) {
    const start = Math.max(0, -at);
    const taken = start < chunk.length ? chunk.subarray(start, start + into.length - copied) : chunk.subarray(0, 0);
    into.set(taken, copied);
    copied += taken.length;
    at += chunk.length;
  }
  return copied;
}

export const incomplete = (
  item: Pick<WalItem, 'source' | 'timeline' | 'fromLsn' | 'walSegmentBytes'>,
  reason: string,
) =>
  new Failure(BACKUP_WAL_FAILURES.segmentIncomplete, {
    source: item.source,
    segment: walFileName(item.timeline, item.fromLsn / BigInt(item.walSegmentBytes), item.walSegmentBytes),
    reason,
  });

/** Begin and end of the segment that holds the byte at `lsn`. */
export function segmentBounds(lsn: Lsn, walSegmentBytes: number): { readonly fromLsn: Lsn; readonly toLsn: Lsn } {
  const fromLsn = segmentStart(lsn / BigInt(walSegmentBytes), walSegmentBytes);
  return { fromLsn, toLsn: fromLsn + BigInt(walSegmentBytes) };
}
