import type { Alert } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { Mark } from '../parts/mark.tsx';

export type AlertLook = 'firing' | 'acknowledged' | 'silenced' | 'resolved';

/** What people want to know first: does it need somebody? */
export function lookOf(alert: Alert): AlertLook {
  if (alert.state === 'resolved') return 'resolved';
  if (alert.acknowledged !== undefined) return 'acknowledged';
  return alert.silencedBy.length > 0 ? 'silenced' : 'firing';
}

const COLOURS: Record<AlertLook, string> = {
  firing: 'text-broken',
  acknowledged: 'text-warn',
  silenced: 'text-unknown',
  resolved: 'text-proven',
};

/** A half disc: it is not over, and somebody has it in hand. */
const InHand = () => (
  <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 shrink-0 self-center">
    <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
    <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4Z" fill="currentColor" />
  </svg>
);

/** Shape, word and colour: diamond with a cross, half disc, ring of dashes, tick. */
export function AlertState({ alert }: { readonly alert: Alert }) {
  const look = lookOf(alert);
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap', COLOURS[look])}>
      {look === 'acknowledged' ? (
        <InHand />
      ) : (
        <Mark state={look === 'firing' ? 'broken' : look === 'resolved' ? 'proven' : 'unproven'} />
      )}
      {look}
    </span>
  );
}

const BARS: Record<Alert['severity'], number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };

/** The word, with as many bars as it weighs: severities are told apart without colour. */
export function Severity({ severity }: { readonly severity: Alert['severity'] }) {
  const weight = BARS[severity];
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 whitespace-nowrap', weight === 4 && 'font-semibold')}>
      <svg viewBox="0 0 16 12" aria-hidden="true" className="h-3 w-4 shrink-0 self-center">
        {[0, 1, 2, 3].map((bar) => (
          <rect
            key={bar}
            x={bar * 4}
            y={9 - bar * 3}
            width="3"
            height={3 + bar * 3}
            fill={bar < weight ? 'currentColor' : 'var(--line-2)'}
          />
        ))}
      </svg>
      {severity}
    </span>
  );
}

export function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <span className="font-mono text-xs break-all text-ink-3">
      {entries.map(([name, value]) => `${name}=${value}`).join(' ')}
    </span>
  );
}
