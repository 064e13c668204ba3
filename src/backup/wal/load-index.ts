import type { Log } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { parseTimelineHistory } from '../protocol/index.ts';
import { lsnFact, numberFact, parseRange, textFact, WAL_KINDS, type WalItem } from './wal-facts.ts';
import { createWalIndex, type WalIndex } from './wal-index.ts';

/**
 * Makes the index of every source anew from the facts of the vault's items. What another version wrote is counted and
 * left alone.
 */
export async function loadIndexes(vault: Pick<Vault, 'list' | 'get'>, log: Log): Promise<Map<string, WalIndex>> {
  const indexes = new Map<string, WalIndex>();
  const of = (source: string): WalIndex => {
    const known = indexes.get(source) ?? createWalIndex();
    indexes.set(source, known);
    return known;
  };
  let unknown = 0;
  for (const kind of [WAL_KINDS.segment, WAL_KINDS.part] as const) {
    for await (const { id, facts, retainUntilMs } of vault.list(kind)) {
      const range = parseRange(facts);
      if (range === undefined) unknown += 1;
      else of(range.source).add({ ...range, id, kind, retainUntilMs } satisfies WalItem);
    }
  }
  for await (const { id, facts, retainUntilMs } of vault.list(WAL_KINDS.timeline)) {
    const source = textFact(facts, 'source');
    const timeline = numberFact(facts, 'timeline');
    if (source === undefined || timeline === undefined) {
      unknown += 1;
      continue;
    }
    const history = parseTimelineHistory(timeline, await readText(vault, id));
    of(source).addTimeline({ id, history, retainUntilMs });
  }
  for await (const { id, facts, retainUntilMs } of vault.list(WAL_KINDS.point)) {
    const source = textFact(facts, 'source');
    const name = textFact(facts, 'name');
    const timeMs = numberFact(facts, 'timeMs');
    const timeline = numberFact(facts, 'timeline');
    const lsn = lsnFact(facts, 'lsn');
    if (source === undefined || name === undefined || timeMs === undefined || timeline === undefined || !lsn) {
      unknown += 1;
      continue;
    }
    of(source).addPoint({ id, point: { name, timeMs, position: { timeline, lsn } }, retainUntilMs });
  }
  if (unknown > 0) log.warn({ items: unknown }, 'items of WAL in the vault have facts of another version');
  return indexes;
}

async function readText(vault: Pick<Vault, 'get'>, id: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of vault.get(id)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
