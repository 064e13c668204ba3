import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { parseItemName } from '../format/item-record.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneObject } from '../types.ts';
import type { VaultContext } from './context.ts';
import type { Zone } from './zone-set.ts';

/** The item objects of one item in the zones that answered; an item may have several, with other facts each. */
export interface LocatedItem {
  readonly id: string;
  readonly records: ReadonlyMap<string, ReadonlyMap<Zone, ZoneObject>>;
  readonly answered: readonly Zone[];
}

/** Lists the item in every zone. That nobody holds it is said only when every zone said so. */
export async function locateItem(
  context: VaultContext,
  id: string,
  zones: readonly Zone[] = context.zones.all,
): Promise<LocatedItem> {
  const prefixes = context.items.prefixesOf(id);
  const found = new Map<string, Map<Zone, ZoneObject>>();
  const problems: unknown[] = [];
  const answers = await Promise.all(
    zones.map(async (zone) => {
      try {
        return { zone, objects: await listItem(zone, prefixes) };
      } catch (error) {
        problems.push(error);
        return undefined;
      }
    }),
  );
  const answered = answers.filter((answer) => answer !== undefined);
  for (const { zone, objects } of answered) {
    for (const object of objects) {
      const copies = found.get(object.name) ?? new Map<Zone, ZoneObject>();
      found.set(object.name, copies.set(zone, object));
    }
  }
  // A quorum of empty answers is not enough: one of those zones may be behind, and in another the item may have rotted.
  if (found.size === 0 && answered.length < zones.length) {
    const action = 'told whether they hold the item';
    throw tooFewAnswers(context, { done: answered.length, needed: zones.length, action, problem: problems[0] });
  }
  return { id, records: found, answered: answered.map(({ zone }) => zone) };
}

export const itemMissing = (id: string): Failure => new Failure(VAULT_FAILURES.itemMissing, { id });

export function tooFewAnswers(
  context: VaultContext,
  input: { readonly done: number; readonly needed?: number; readonly action: string; readonly problem?: unknown },
): Failure {
  const { done, needed = context.zones.readQuorum, action, problem } = input;
  const details = {
    done,
    zones: context.zones.all.length,
    quorum: needed,
    action,
    reason: problem instanceof Error ? problem.message : 'zones are away',
  };
  return new Failure(VAULT_FAILURES.quorumLost, details, { cause: problem });
}

const listItem = (zone: Zone, prefixes: readonly string[]): Promise<readonly ZoneObject[]> =>
  zone.call(VAULT_LIMITS.zoneReadMs, async (driver, signal) => {
    const objects: ZoneObject[] = [];
    for (const prefix of prefixes) {
      for await (const object of driver.list(prefix, undefined, signal)) {
        if (parseItemName(object.name) !== undefined) objects.push(object);
      }
    }
    return objects;
  });
