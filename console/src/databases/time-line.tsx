import { useMemo } from 'react';
import { useNamedPoints, useRestoreReports, useSnapshots } from '../api/backup.ts';
import type { DatabaseStatus, NamedPoints, RestoreReport, Snapshot } from '../api/types.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section } from '../parts/page.tsx';
import { DailyStrip } from './daily-strip.tsx';
import { PickTime } from './pick-time.tsx';
import { gapsOf, type Picked, spanWords, stretchesOf, timeOf } from './restorable.ts';
import { RestorePanel } from './restore-panel.tsx';
import { MarkShape, type StripMark } from './strip.tsx';
import { WindowStrip } from './window-strip.tsx';

const DAY_MS = 86_400_000;
/** The strip reaches a little further back than what is promised, where the margin lies. */
const WINDOW_SHOWN = 1.05;

function marksOf(
  snapshots: readonly Snapshot[],
  points: NamedPoints['points'],
  reports: readonly RestoreReport[],
): readonly StripMark[] {
  return [
    ...snapshots.map(({ endedMs }) => ({ timeMs: endedMs, type: 'snapshot' as const, label: 'a snapshot' })),
    ...reports.map(({ targetMs, passed }) => ({
      timeMs: targetMs,
      type: passed ? ('passed' as const) : ('failed' as const),
      label: passed ? 'restored by a drill, which passed' : 'restored by a drill, which failed',
    })),
    ...points.map(({ name, timeMs }) => ({ timeMs, type: 'point' as const, label: `the point ${name}` })),
  ];
}

const LEGEND = [
  ['snapshot', 'snapshot'],
  ['point', 'named point'],
  ['passed', 'target of a drill that passed'],
  ['failed', 'of one that failed'],
] as const;

function Legend({ hasGaps }: { readonly hasGaps: boolean }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      <li className="flex items-center gap-1.5">
        <span aria-hidden="true" className="h-3 w-5 border-t-[3px] border-t-accent bg-accent-soft" />
        restorable to the second
      </li>
      {hasGaps && (
        <li className="flex items-center gap-1.5">
          <span aria-hidden="true" className="h-3 w-5 border-x-2 border-x-broken bg-broken-soft" />
          gap
        </li>
      )}
      {LEGEND.map(([type, word]) => (
        <li key={type} className="flex items-center gap-1.5">
          <svg
            viewBox={type === 'snapshot' ? '0 29 12 12' : type === 'point' ? '0 2 14 18' : '0 6 12 14'}
            aria-hidden="true"
            className="h-3.5 w-3.5"
          >
            <MarkShape type={type} x={type === 'point' ? 3 : 6} />
          </svg>
          {word}
        </li>
      ))}
    </ul>
  );
}

function Points({
  points,
  onPick,
}: {
  readonly points: NamedPoints['points'];
  readonly onPick: (name: string) => void;
}) {
  if (points.length === 0) return null;
  return (
    <p className="mt-3 flex flex-wrap items-center gap-1.5 text-sm text-ink-2">
      Named points:
      {points.map(({ name }) => (
        <Button key={name} small onClick={() => onPick(name)}>
          {name}
        </Button>
      ))}
    </p>
  );
}

interface TimeLineProps {
  readonly status: DatabaseStatus;
  readonly atMs: number;
  readonly picked: Picked | undefined;
  readonly onPick: (picked: Picked | undefined) => void;
  readonly restoreId: string | undefined;
  readonly onRestore: (runId: string | undefined) => void;
}

function useKnown(name: string) {
  const snapshots = useSnapshots(name);
  const points = useNamedPoints(name);
  const reports = useRestoreReports(name);
  const known = useMemo(() => {
    const found = { snapshots: snapshots.data?.snapshots ?? [], points: points.data?.points ?? [] };
    return { ...found, marks: marksOf(found.snapshots, found.points, reports.data?.reports ?? []) };
  }, [snapshots.data, points.data, reports.data]);
  return { ...known, error: snapshots.error ?? points.error };
}

function Strips(props: TimeLineProps & { readonly known: ReturnType<typeof useKnown> }) {
  const { status, atMs, picked, onPick, known } = props;
  const { source } = status;
  const stretches = useMemo(() => stretchesOf(status.ranges), [status.ranges]);
  const window = { fromMs: atMs - source.windowMs * WINDOW_SHOWN, toMs: atMs };
  const days = Math.round(source.dailyKeptMs / DAY_MS);
  const gaps = gapsOf(stretches, window.fromMs);
  const latestMs = stretches.at(-1)?.toMs;
  const chosenMs = timeOf(picked, { ...known, ...(latestMs === undefined ? {} : { latestMs }) });
  const dailyMarks = known.marks.filter(({ type }) => type !== 'point');
  const shared = { stretches, gaps, marks: known.marks, chosenMs };
  const pickTime = (timeMs: number): void => onPick({ type: 'time', timeMs });
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <PickTime chosenMs={chosenMs} onPick={pickTime} />
        <Button onClick={() => onPick({ type: 'latest' })}>Newest moment</Button>
      </div>
      <WindowStrip domain={window} whole={spanWords(source.windowMs)} onPick={pickTime} {...shared} />
      <DailyStrip
        domain={{ fromMs: atMs - source.dailyKeptMs, toMs: atMs }}
        days={days}
        snapshots={known.snapshots}
        onPick={({ id }) => onPick({ type: 'snapshot', id })}
        {...shared}
        marks={dailyMarks}
      />
      <Legend hasGaps={gaps.length > 0} />
      <Points points={known.points} onPick={(name) => onPick({ type: 'point', name })} />
    </div>
  );
}

/** The past of the database from left to right: pick a moment, see what a restore would do, restore. */
export function TimeLine(props: TimeLineProps) {
  const { status, picked } = props;
  const { name } = status.source;
  const known = useKnown(name);
  const nothing = status.ranges.length === 0 && status.snapshots === 0;
  return (
    <Section
      title="Restore"
      lead={`Pick a moment by pointer, keys or typing; nothing happens before you confirm. ${formatPlural(status.snapshots, 'snapshot')} and the changes between them are kept.`}
    >
      {known.error !== null && (
        <div className="mb-3">
          <FailureNotice error={known.error} />
        </div>
      )}
      {nothing ? (
        <Empty title="Nothing can be had back yet.">
          It begins with the first snapshot; from its end on every second is kept.
        </Empty>
      ) : (
        <Strips {...props} known={known} />
      )}
      {picked !== undefined && (
        <RestorePanel
          status={status}
          picked={picked}
          onPick={props.onPick}
          restoreId={props.restoreId}
          onRestore={props.onRestore}
        />
      )}
    </Section>
  );
}
