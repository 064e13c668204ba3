import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneObject } from '../types.ts';
import type { Zone } from './zone-set.ts';

/** One name with the copies of it; a zone that stopped answering is in neither map nor set from then on. */
export interface WalkedName {
  readonly name: string;
  readonly copies: ReadonlyMap<Zone, ZoneObject>;
  readonly answering: ReadonlySet<Zone>;
}

interface Cursor {
  readonly zone: Zone;
  readonly objects: AsyncIterator<ZoneObject>;
  head: ZoneObject | undefined;
}

/** Goes through the names of all zones in order, merged; memory does not grow with their number. */
export async function* walkZones(input: {
  readonly zones: readonly Zone[];
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}): AsyncGenerator<WalkedName> {
  const { zones, prefix, after, signal } = input;
  const answering = new Set<Zone>(zones);
  const cursors: Cursor[] = zones.map((zone) => ({
    zone,
    objects: zone.spec.driver.list(prefix, after, signal)[Symbol.asyncIterator](),
    head: undefined,
  }));
  const advance = async (cursor: Cursor): Promise<void> => {
    cursor.head = undefined;
    try {
      const next = await cursor.zone.call(VAULT_LIMITS.zoneReadMs, () => cursor.objects.next(), signal);
      if (next.done !== true) cursor.head = next.value;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      answering.delete(cursor.zone);
    }
  };
  try {
    await Promise.all(cursors.map(advance));
    for (;;) {
      const name = smallest(cursors);
      if (name === undefined) return;
      const here = cursors.filter((cursor) => cursor.head?.name === name);
      const copies = new Map(here.flatMap(({ zone, head }) => (head === undefined ? [] : [[zone, head] as const])));
      yield { name, copies, answering };
      await Promise.all(here.map(advance));
    }
  } finally {
    await Promise.allSettled(cursors.map(async (cursor) => await cursor.objects.return?.()));
  }
}

function smallest(cursors: readonly Cursor[]): string | undefined {
  let found: string | undefined;
  for (const { head } of cursors) {
    if (head !== undefined && (found === undefined || head.name < found)) found = head.name;
  }
  return found;
}
