import type { JsonObject } from '../../issues/index.ts';
import type { EnvelopeItem } from './envelope.ts';
import { SENTRY_LIMITS } from './limits.ts';
import { invalidItem, isObject, tooLargeItem } from './read-json.ts';

/**
 * The things in a container. The header's `item_count` must be their number, because whoever forwards an envelope
 * decides by it without opening the payload. Entries that are no objects are as good as empty ones.
 */
export function readContainer(item: EnvelopeItem, payload: JsonObject): readonly JsonObject[] {
  const { items } = payload;
  if (!Array.isArray(items)) throw invalidItem(item.type, 'incomplete', 'it has no list of items');
  if (items.length > SENTRY_LIMITS.itemsPerContainerMax) {
    throw tooLargeItem(item.type, SENTRY_LIMITS.itemsPerContainerMax, 'items');
  }
  const announced = item.header.item_count;
  if (announced !== undefined && announced !== null && announced !== items.length) {
    throw invalidItem(
      item.type,
      'item-count-mismatch',
      `its item_count is not ${items.length}, the number of its items`,
    );
  }
  return items.map((entry) => (isObject(entry) ? entry : {}));
}

/** How many things an item says that it holds, before it is opened. */
export function announcedCount(item: EnvelopeItem): number {
  const { item_count: count } = item.header;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0
    ? Math.min(count, SENTRY_LIMITS.itemsPerContainerMax)
    : 1;
}
