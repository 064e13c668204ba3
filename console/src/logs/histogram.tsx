import { Table2 } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { type LogsQuestion, useHistogram } from '../api/logs.ts';
import type { Histogram } from '../api/types.ts';
import { formatCount, formatDuration, formatShortCount, formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import type { Span } from '../base/time-range.ts';
import { IconButton } from '../parts/button.tsx';
import { Chart, type ChartSpec, COUNT_STEPS } from '../parts/chart.tsx';
import { TableFrame } from '../parts/page.tsx';
import { Bone } from '../parts/skeleton.tsx';

const HEIGHT = 112;

interface HistogramProps {
  readonly question: LogsQuestion;
  readonly onSpan: (span: Span) => void;
}

/** Running totals, drawn from the tallest: what is seen of each is its own share. */
function specOf(
  histogram: Histogram,
  span: Span,
  onSpan: (span: Span) => void,
  onHover: (index: number | undefined) => void,
): ChartSpec {
  const { buckets, bucketMs } = histogram;
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  return {
    label: `${formatCount(total)} records over time in steps of ${formatDuration(bucketMs)}; the same numbers can be shown as a table`,
    height: HEIGHT,
    timesMs: buckets.map(({ startMs }) => startMs),
    span,
    bucketMs,
    formatValue: formatShortCount,
    valueSteps: COUNT_STEPS,
    onBrush: onSpan,
    onHover,
    crosshair: 'logs',
    series: [
      { label: 'other', colour: '--chart-plain', shape: 'bars', values: buckets.map(({ count }) => count) },
      {
        label: 'warnings',
        colour: '--chart-warn',
        shape: 'bars',
        values: buckets.map(({ errors, warnings }) => errors + warnings),
      },
      { label: 'errors', colour: '--chart-error', shape: 'bars', values: buckets.map(({ errors }) => errors) },
    ],
  };
}

function Reading({ histogram, index }: { readonly histogram: Histogram; readonly index: number | undefined }) {
  const { zone } = usePreferences();
  const bucket = index === undefined ? undefined : histogram.buckets[index];
  const shown = bucket === undefined ? histogram.buckets : [bucket];
  const sum = (key: 'count' | 'errors' | 'warnings'): number => shown.reduce((total, one) => total + one[key], 0);
  const [errors, warnings] = [sum('errors'), sum('warnings')];
  const item = 'inline-flex items-center gap-1.5';
  const box = 'inline-block size-2.5';
  return (
    <p className="flex flex-wrap items-center gap-x-4 text-xs text-ink-2">
      <span className={item}>
        <i className={`${box} bg-[var(--chart-error)]`} /> {formatCount(errors)} errors
      </span>
      <span className={item}>
        <i className={`${box} bg-[var(--chart-warn)]`} /> {formatCount(warnings)} warnings
      </span>
      <span className={item}>
        <i className={`${box} bg-[var(--chart-plain)]`} /> {formatCount(sum('count') - errors - warnings)} other
      </span>
      <span className="text-ink-3">
        {bucket === undefined
          ? `each bar ${formatDuration(histogram.bucketMs)}, drag to zoom`
          : `${formatTime(bucket.startMs, zone)} + ${formatDuration(histogram.bucketMs)}`}
      </span>
    </p>
  );
}

function BucketTable({ histogram }: { readonly histogram: Histogram }) {
  const { zone } = usePreferences();
  return (
    <TableFrame label="Records over time">
      <div className="max-h-[220px] overflow-auto">
        <table className="ledger max-w-[560px]">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" className="figure">
                Records
              </th>
              <th scope="col" className="figure">
                Warnings
              </th>
              <th scope="col" className="figure">
                Errors
              </th>
            </tr>
          </thead>
          <tbody>
            {histogram.buckets.map((bucket) => (
              <tr key={bucket.startMs}>
                <td className="font-mono text-xs">{formatTime(bucket.startMs, zone)}</td>
                <td className="figure">{formatCount(bucket.count)}</td>
                <td className="figure">{formatCount(bucket.warnings)}</td>
                <td className="figure">{formatCount(bucket.errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </TableFrame>
  );
}

/** When the matching records came; a drag chooses the time between. */
export function HistogramChart({ question, onSpan }: HistogramProps) {
  const { data, isError } = useHistogram(question);
  const [hovered, setHovered] = useState<number>();
  const [asTable, setAsTable] = useState(false);
  const onHover = useCallback((index: number | undefined) => setHovered(index), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for new numbers only, not for a new handler.
  const spec = useMemo(() => data && specOf(data, question, onSpan, onHover), [data]);
  if (isError && data === undefined) return null;
  return (
    <section aria-label="Records over time" className="border-b border-line px-3 pt-2 pb-1 md:px-6">
      <div className="flex min-h-[30px] items-center justify-between gap-3">
        {data === undefined ? <Bone className="w-56" /> : <Reading histogram={data} index={hovered} />}
        <IconButton
          label={asTable ? 'Show the chart' : 'Show the numbers as a table'}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          <Table2 size={15} />
        </IconButton>
      </div>
      {spec === undefined || data === undefined ? (
        <div style={{ height: HEIGHT }} />
      ) : asTable ? (
        <BucketTable histogram={data} />
      ) : (
        <Chart spec={spec} />
      )}
    </section>
  );
}
