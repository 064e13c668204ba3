import { useMemo, useState } from 'react';
import { formatTime } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { usePreferences } from '../base/preferences.ts';
import type { Span } from '../base/time-range.ts';
import { Chart, type ChartSpec } from '../parts/chart.tsx';
import { Scrollable } from '../parts/scrollable.tsx';
import { gridOf } from './grid.ts';
import { formatExact, formatValue, stepsOf } from './units.ts';

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'] as const;
export const colourAt = (index: number): string => COLOURS[index % COLOURS.length] ?? '--series-1';

/** Left and right of the plotting area: what lies below a graph is aligned with it. */
export const AXIS_WIDTH = 66;
const PLOT_PADDING = 4;

export interface GraphSeries {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly colour: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

export interface GraphProps {
  /** What the graph is of, for who cannot see it. */
  readonly label: string;
  readonly height: number;
  readonly series: readonly GraphSeries[];
  readonly span: Span;
  readonly periodSeconds: number;
  readonly threshold?: number | undefined;
  readonly crosshair?: string;
  readonly onBrush?: (span: Span) => void;
  readonly onHover?: (index: number | undefined) => void;
}

/** The series on their common times; the graph, its table and its legend are made of the same. */
export function useGrid({ series, span, periodSeconds }: Pick<GraphProps, 'series' | 'span' | 'periodSeconds'>) {
  const { startMs, endMs } = span;
  return useMemo(
    () => gridOf(series, { startMs, endMs }, periodSeconds, Date.now()),
    [series, startMs, endMs, periodSeconds],
  );
}

/** Thin lines over time; a second unit has the axis on the right, and missing data are gaps. */
export function Graph(props: GraphProps) {
  const { series, threshold, periodSeconds } = props;
  const { startMs, endMs } = props.span;
  const grid = useGrid(props);
  const unit = series[0]?.unit ?? 'None';
  const steps = stepsOf(unit);
  const other = series.find((one) => one.unit !== unit)?.unit;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for new numbers only, not for new handlers.
  const spec = useMemo<ChartSpec>(
    () => ({
      label: `${props.label}; the same numbers can be shown as a table`,
      height: props.height,
      timesMs: grid.timesMs,
      span: { startMs, endMs },
      formatValue: (value) => formatValue(value, unit),
      axisWidth: AXIS_WIDTH,
      ...(steps === undefined ? {} : { valueSteps: steps }),
      ...(other === undefined ? {} : { formatRight: (value: number) => formatValue(value, other) }),
      ...(threshold === undefined ? {} : { threshold: { value: threshold, label: formatValue(threshold, unit) } }),
      ...(props.crosshair === undefined ? {} : { crosshair: props.crosshair }),
      ...(props.onBrush === undefined ? {} : { onBrush: props.onBrush }),
      ...(props.onHover === undefined ? {} : { onHover: props.onHover }),
      series: series.map(({ label, colour, unit: own }, index) => ({
        ...{ label, colour, shape: 'line' as const, dots: false, values: grid.rows[index] ?? [] },
        ...(own === unit ? {} : { right: true }),
      })),
    }),
    [grid, props.label, props.height, startMs, endMs, unit, other, threshold, periodSeconds],
  );
  return <Chart spec={spec} />;
}

/** The numbers of a graph, newest first. */
export function NumbersTable(props: Pick<GraphProps, 'label' | 'series' | 'span' | 'periodSeconds'>) {
  const { zone } = usePreferences();
  const grid = useGrid(props);
  const newestFirst = grid.timesMs.map((timeMs, index) => ({ timeMs, index })).reverse();
  return (
    <Scrollable label={`Numbers: ${props.label}`} className="max-h-[360px] overflow-auto">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">From</th>
            {props.series.map((series) => (
              <th key={series.key} scope="col" className="figure">
                {series.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map(({ timeMs, index }) => (
            <tr key={timeMs}>
              <td className="font-mono text-xs whitespace-nowrap">{formatTime(timeMs, zone)}</td>
              {props.series.map((series, column) => {
                const value = grid.rows[column]?.[index] ?? null;
                return (
                  <td key={series.key} className="figure whitespace-nowrap">
                    {value === null ? (
                      <span className="text-ink-3">–</span>
                    ) : (
                      <Value value={value} unit={series.unit} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** A figure in its unit, with the exact one on hover. */
export function Value({ value, unit }: { readonly value: number; readonly unit: string }) {
  return <span title={formatExact(value, unit)}>{formatValue(value, unit)}</span>;
}

export interface StateSpan {
  readonly fromMs: number;
  readonly stateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

const BANDS = {
  OK: { word: 'OK', look: 'h-[3px] bg-proven' },
  ALARM: { word: 'in alarm', look: 'h-3 bg-broken' },
  INSUFFICIENT_DATA: { word: 'not enough data', look: 'h-0 border-t-[3px] border-dotted border-unknown' },
} as const;

/** In which state when, below a graph: a full bar is alarm, a line is OK, dots are not known. */
export function StateBands({ states, span }: { readonly states: readonly StateSpan[]; readonly span: Span }) {
  const { zone } = usePreferences();
  const now = useNow();
  const endMs = Math.min(span.endMs, Math.max(now, Date.now()));
  const length = span.endMs - span.startMs;
  const pieces = states.map(({ fromMs, stateValue }, index) => {
    const start = Math.max(fromMs, span.startMs);
    const end = Math.min(states[index + 1]?.fromMs ?? endMs, endMs);
    return { start, end, stateValue };
  });
  return (
    <div
      role="img"
      aria-label={`States: ${pieces.map(({ start, stateValue }) => `${BANDS[stateValue].word} from ${formatTime(start, zone, 'minute')}`).join(', ')}`}
      className="relative h-4"
      style={{ marginLeft: AXIS_WIDTH, marginRight: PLOT_PADDING }}
    >
      {pieces
        .filter(({ start, end }) => end > start)
        .map(({ start, end, stateValue }) => (
          <span
            key={`${start} ${stateValue}`}
            className="absolute inset-y-0 flex items-center"
            title={`${BANDS[stateValue].word} from ${formatTime(start, zone)} to ${formatTime(end, zone)}`}
            style={{
              left: `${((start - span.startMs) / length) * 100}%`,
              width: `${((end - start) / length) * 100}%`,
            }}
          >
            <span className={`w-full ${BANDS[stateValue].look}`} />
          </span>
        ))}
    </div>
  );
}

/** A legend below a small graph: a line, its name, and its value under the crosshair or else the last one. */
export function Legend({
  series,
  grid,
  index,
}: {
  readonly series: readonly GraphSeries[];
  readonly grid: ReturnType<typeof gridOf>;
  readonly index: number | undefined;
}) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-2">
      {series.map((one, row) => {
        const values = grid.rows[row] ?? [];
        const value =
          index === undefined ? (values.findLast((each) => each !== null) ?? null) : (values[index] ?? null);
        return (
          <li key={one.key} className="flex min-w-0 items-center gap-1.5">
            <i className="inline-block h-0.5 w-4 shrink-0" style={{ background: `var(${one.colour})` }} />
            <span className="truncate">{one.label}</span>
            <span className="font-medium whitespace-nowrap text-ink">
              {value === null ? '–' : <Value value={value} unit={one.unit} />}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** The index under the crosshair, as state of the one who shows values. */
export function useHover(): readonly [number | undefined, (index: number | undefined) => void] {
  const [hovered, setHovered] = useState<number>();
  return [hovered, setHovered];
}
