import type { DatabaseStream } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { Mark } from '../parts/mark.tsx';
import { HalfDisc } from '../vault/zone-state.tsx';

const STATES = {
  streaming: { word: 'streaming', colour: 'text-proven', mark: 'proven' },
  'catching-up': { word: 'catching up', colour: 'text-warn', mark: 'half' },
  starting: { word: 'starting', colour: 'text-unknown', mark: 'unproven' },
  stopped: { word: 'stopped', colour: 'text-unknown', mark: 'unproven' },
  disconnected: { word: 'disconnected', colour: 'text-broken', mark: 'broken' },
  broken: { word: 'broken', colour: 'text-broken', mark: 'broken' },
} as const;

/** Shape, word and colour: tick, half disc, ring of dashes, diamond with a cross. */
export function StreamState({ state }: { readonly state: DatabaseStream['state'] }) {
  const { word, colour, mark } = STATES[state];
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap', colour)}>
      {mark === 'half' ? <HalfDisc /> : <Mark state={mark} />}
      {word}
    </span>
  );
}
