import type { AlarmStateValue } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { Mark } from '../parts/mark.tsx';

export const STATE_LOOKS = {
  ALARM: { mark: 'broken', word: 'in alarm', colour: 'text-broken' },
  INSUFFICIENT_DATA: { mark: 'unproven', word: 'not enough data', colour: 'text-unknown' },
  OK: { mark: 'proven', word: 'OK', colour: 'text-proven' },
} as const;

/** Shape, word and colour: diamond with a cross, ring of dashes, tick. */
export function AlarmState({ state, className }: { readonly state: AlarmStateValue; readonly className?: string }) {
  const { mark, word, colour } = STATE_LOOKS[state];
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap', colour, className)}>
      <Mark state={mark} />
      {word}
    </span>
  );
}
