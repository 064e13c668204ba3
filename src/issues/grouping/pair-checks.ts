import { expect, test } from 'vitest';
import type { Frame, NormalizedEvent } from '../types.ts';
import { PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';

/** For tests of pairs of events of which people would say that they are, or are not, the same failure. */

const { group } = createGrouping();

/** An event finds its issue by any of its hashes. */
function share(left: NormalizedEvent, right: NormalizedEvent): boolean {
  const hashes = new Set(group(left, PLAIN_SETTINGS).hashes);
  return group(right, PLAIN_SETTINGS).hashes.some((hash) => hashes.has(hash));
}

export function same(name: string, left: NormalizedEvent, right: NormalizedEvent): void {
  test(`same: ${name}`, () => {
    expect(share(left, right)).toBe(true);
  });
}

export function different(name: string, left: NormalizedEvent, right: NormalizedEvent): void {
  test(`not the same: ${name}`, () => {
    expect(share(left, right)).toBe(false);
  });
}

export type Frames = readonly Partial<Frame>[];

export const app = (parts: Partial<Frame>): Partial<Frame> => ({ inApp: true, ...parts });
export const library = (parts: Partial<Frame>): Partial<Frame> => ({ inApp: false, ...parts });
