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

type Declare = (name: string, isShared: () => boolean, expected: boolean) => void;

/** Words for tables of pairs; each pair becomes a test by `declare`. */
export const createPairChecks = (declare: Declare) => ({
  same: (name: string, left: NormalizedEvent, right: NormalizedEvent): void =>
    declare(`same: ${name}`, () => share(left, right), true),
  different: (name: string, left: NormalizedEvent, right: NormalizedEvent): void =>
    declare(`not the same: ${name}`, () => share(left, right), false),
});

export type Frames = readonly Partial<Frame>[];

export const app = (parts: Partial<Frame>): Partial<Frame> => ({ inApp: true, ...parts });
export const library = (parts: Partial<Frame>): Partial<Frame> => ({ inApp: false, ...parts });
