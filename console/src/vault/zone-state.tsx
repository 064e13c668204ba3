import type { VaultZone } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { Mark } from '../parts/mark.tsx';

const STATES = {
  'in-step': { word: 'in step', colour: 'text-proven' },
  behind: { word: 'behind', colour: 'text-warn' },
  comparing: { word: 'comparing', colour: 'text-unknown' },
  away: { word: 'away', colour: 'text-broken' },
} as const;

/** A disc that is half full: something is there, and something is still to come. */
export const HalfDisc = () => (
  <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 shrink-0 self-center">
    <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
    <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4Z" fill="currentColor" />
  </svg>
);

/** Shape, word and colour: tick, half disc, ring of dashes, diamond with a cross. */
export function ZoneState({ state }: { readonly state: VaultZone['state'] }) {
  const { word, colour } = STATES[state];
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap', colour)}>
      {state === 'behind' ? (
        <HalfDisc />
      ) : (
        <Mark state={state === 'in-step' ? 'proven' : state === 'away' ? 'broken' : 'unproven'} />
      )}
      {word}
    </span>
  );
}
