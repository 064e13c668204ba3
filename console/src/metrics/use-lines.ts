import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { unitKey, useSeries, useUnits } from '../api/metrics.ts';
import type { MetricSeries } from '../api/types.ts';
import type { Span } from '../base/time-range.ts';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { colourAt, type GraphSeries } from './graph.tsx';
import { addressOfLines, type Line, linesOfAddress, lineText, queriesOf } from './lines.ts';
import { alignedRange, autoPeriod, readPeriod } from './periods.ts';
import { unitOfExpression, unitOfStatistic } from './units.ts';

export interface MetricsSearch {
  readonly m?: readonly string[] | undefined;
  readonly e?: readonly string[] | undefined;
  readonly period?: string | undefined;
  readonly view?: 'table' | undefined;
}

/** The lines of the address, and how to change them there. */
export function useLines(): readonly [readonly Line[], (lines: readonly Line[]) => void] {
  const { m, e } = useSearch({ strict: false }) as MetricsSearch;
  const change = useChangeSearch();
  const key = JSON.stringify([m, e]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lists are new on each render, their text is not.
  const lines = useMemo(() => linesOfAddress({ m, e }), [key]);
  return [
    lines,
    (next) => {
      const address = addressOfLines(next);
      change({ m: address.m.length > 0 ? address.m : undefined, e: address.e.length > 0 ? address.e : undefined });
    },
  ];
}

/** The period that was chosen, or the one that fits the time range. */
export function usePeriod(): { readonly chosen: number | undefined; readonly seconds: number } {
  const { period } = useSearch({ strict: false }) as MetricsSearch;
  const { startMs, endMs } = useRange();
  const chosen = readPeriod(period);
  return { chosen, seconds: chosen ?? autoPeriod({ startMs, endMs }, Date.now()) };
}

const NO_UNITS: Readonly<Record<string, string>> = {};

function unitOf(line: Line, units: Readonly<Record<string, string>>): string {
  return line.type === 'metric'
    ? unitOfStatistic(line.statistic, units[unitKey(line)] ?? 'None')
    : unitOfExpression(line.expression);
}

function graphSeries(
  lines: readonly Line[],
  answer: readonly MetricSeries[],
  units: Readonly<Record<string, string>>,
): readonly GraphSeries[] {
  const found = lines.flatMap((line) => {
    const own = answer.filter(({ id }) => id === line.id);
    return own.map((series, index) => ({
      key: own.length === 1 ? line.id : `${line.id} ${index}`,
      label: own.length === 1 ? lineText(line) : series.label,
      unit: unitOf(line, units),
      timesMs: series.timesMs,
      values: series.values,
    }));
  });
  return found.map((series, index) => ({ ...series, colour: colourAt(index) }));
}

/** Lines as series of a graph, with their units; the last answer stays while the next one comes. */
export function useLineSeries(lines: readonly Line[], span: Span, periodSeconds: number) {
  const metrics = lines.flatMap((line) => (line.type === 'metric' ? [line] : []));
  const units = useUnits(metrics);
  const hasShown = lines.some(({ shown }) => shown);
  const answer = useSeries(
    { queries: queriesOf(lines, periodSeconds), ...alignedRange(span, periodSeconds) },
    hasShown,
  );
  const unitsKey = JSON.stringify(units);
  const linesKey = JSON.stringify(lines);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines and units are new on each render, their text is not.
  const series = useMemo(
    () => (hasShown ? graphSeries(lines, answer.data ?? [], units ?? NO_UNITS) : []),
    [linesKey, answer.data, unitsKey, hasShown],
  );
  return { series, answer };
}
