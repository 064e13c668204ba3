import type { QueryResult } from '../api/types.ts';
import { formatPlural, parseUtc } from '../base/format.ts';
import type { Span } from '../base/time-range.ts';
import type { ChartSpec } from '../parts/chart.tsx';

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

interface Line {
  readonly label: string;
  readonly points: Map<number, number>;
  total: number;
}

/** One line for each figure and combination of the other keys, the largest first. */
function linesOf(result: QueryResult, timeField: string): readonly Line[] {
  const figures = result.fields.filter(({ type }) => type === 'number').map(({ name }) => name);
  const keys = result.fields
    .filter(({ name, type }) => type !== 'number' && name !== timeField)
    .map(({ name }) => name);
  const lines = new Map<string, Line>();
  for (const row of result.rows) {
    const time = parseUtc(String(row[timeField] ?? ''));
    if (time === undefined) continue;
    for (const figure of figures) {
      const value = row[figure];
      if (typeof value !== 'number') continue;
      const key = keys.map((name) => String(row[name] ?? '–')).join(', ');
      const label = key === '' ? figure : figures.length === 1 ? key : `${key} ${figure}`;
      const line = lines.get(label) ?? { label, points: new Map<number, number>(), total: 0 };
      line.points.set(time, value);
      line.total += value;
      lines.set(label, line);
    }
  }
  return [...lines.values()].sort((a, b) => b.total - a.total);
}

/** A chart of statistics over time; undefined when time is none of their keys. */
export function chartOf(
  result: QueryResult,
  span: Span,
): { readonly spec: Omit<ChartSpec, 'formatValue'>; readonly left: number } | undefined {
  const timeField = result.fields.find(({ type }) => type === 'time')?.name;
  if (timeField === undefined || result.rows.length < 2) return undefined;
  const lines = linesOf(result, timeField);
  if (lines.length === 0) return undefined;
  const timesMs = [...new Set(lines.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const shown = lines.slice(0, COLOURS.length);
  return {
    left: lines.length - shown.length,
    spec: {
      label: `${formatPlural(shown.length, 'line')} over time; the table below has the same numbers`,
      height: 190,
      timesMs,
      span: { startMs: span.startMs, endMs: span.endMs },
      series: shown.map(({ label, points }, index) => ({
        label,
        colour: COLOURS[index] ?? '--series-1',
        shape: 'line',
        values: timesMs.map((time) => points.get(time) ?? null),
      })),
    },
  };
}
