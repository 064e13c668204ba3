import type { KeyboardEvent } from 'react';
import type { Snapshot } from '../api/types.ts';
import { formatPlural } from '../base/format.ts';
import type { Stretch } from './restorable.ts';
import { Strip, type StripMark } from './strip.tsx';

interface DailyStripProps {
  readonly domain: Stretch;
  readonly days: number;
  /** Newest first. */
  readonly snapshots: readonly Snapshot[];
  readonly stretches: readonly Stretch[];
  readonly gaps: readonly Stretch[];
  readonly marks: readonly StripMark[];
  readonly chosenMs: number | undefined;
  readonly onPick: (snapshot: Snapshot) => void;
}

/** The kept days: each snapshot can be had back as it is, and only those are picked here. */
export function DailyStrip({ domain, days, snapshots, chosenMs, onPick, ...rest }: DailyStripProps) {
  const nearest = (timeMs: number): Snapshot | undefined =>
    snapshots.toSorted((a, b) => Math.abs(a.endedMs - timeMs) - Math.abs(b.endedMs - timeMs))[0];
  const pick = (snapshot: Snapshot | undefined): void => {
    if (snapshot !== undefined) onPick(snapshot);
  };
  const onKey = ({ key }: KeyboardEvent): (() => void) | undefined => {
    const at = chosenMs ?? domain.toMs;
    const earlier = snapshots.find(({ endedMs }) => endedMs < at);
    const later = snapshots.findLast(({ endedMs }) => endedMs > at);
    if (key === 'ArrowLeft' || key === 'ArrowDown') return () => pick(earlier);
    if (key === 'ArrowRight' || key === 'ArrowUp') return () => pick(later);
    if (key === 'Home') return () => pick(snapshots.at(-1));
    return key === 'End' ? () => pick(snapshots[0]) : undefined;
  };
  return (
    <div>
      <h3 className="text-sm">A point of each of the last {formatPlural(days, 'day')}</h3>
      <Strip
        label={`Snapshot to restore, of the last ${formatPlural(days, 'day')}`}
        view={domain}
        chosenMs={chosenMs}
        snap={(timeMs) => nearest(timeMs)?.endedMs ?? timeMs}
        onPick={(timeMs) => pick(nearest(timeMs))}
        onKey={onKey}
        {...rest}
      />
    </div>
  );
}
