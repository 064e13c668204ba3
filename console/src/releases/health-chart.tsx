import { useMemo, useState } from 'react';
import type { ReleaseView } from '../api/issue-types.ts';
import { formatCount, formatShortCount, formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Chart, type ChartSpec, COUNT_STEPS } from '../parts/chart.tsx';
import { useRange } from '../shell/range-context.tsx';

const HEIGHT = 180;
const LINES = [
  { key: 'sessions', label: 'sessions', colour: '--chart-plain' },
  { key: 'errored', label: 'with errors', colour: '--chart-warn' },
  { key: 'crashed', label: 'crashed', colour: '--chart-error' },
] as const;

/** Sessions over the time, with those that had errors and those that crashed in front. */
export function HealthChart({ series }: { readonly series: ReleaseView['series'] }) {
  const { startMs, endMs, setRange } = useRange();
  const { zone } = usePreferences();
  const [hovered, setHovered] = useState<number>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for new numbers only, not for a new handler.
  const spec = useMemo<ChartSpec>(
    () => ({
      label: 'Sessions of the release over time, those with errors and those that crashed',
      height: HEIGHT,
      timesMs: series.timesMs,
      span: { startMs, endMs },
      formatValue: formatShortCount,
      valueSteps: COUNT_STEPS,
      onBrush: (span) => setRange(absoluteRange(span)),
      onHover: setHovered,
      series: LINES.map(({ key, label, colour }) => ({
        ...{ label, colour, shape: 'bars' as const },
        values:
          key === 'errored' ? series.errored.map((count, index) => count + (series.crashed[index] ?? 0)) : series[key],
      })),
    }),
    [series],
  );
  return (
    <section aria-label="Sessions over time">
      <p className="mb-1 flex min-h-5 flex-wrap gap-x-4 text-xs text-ink-2">
        {LINES.map(({ key, label, colour }) => (
          <span key={key} className="inline-flex items-center gap-1.5">
            <i className="inline-block size-2.5" style={{ background: `var(${colour})` }} />
            {formatCount(
              hovered === undefined ? series[key].reduce((sum, count) => sum + count, 0) : (series[key][hovered] ?? 0),
            )}{' '}
            {label}
          </span>
        ))}
        <span className="text-ink-3">
          {hovered === undefined ? 'drag to zoom' : formatTime(series.timesMs[hovered] ?? 0, zone, 'minute')}
        </span>
      </p>
      <Chart spec={spec} />
    </section>
  );
}
