import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { STATE_LOOKS } from '../alarms/alarm-state.tsx';
import { alarmQueries, measuredMetric } from '../alarms/alarm-words.ts';
import { useSeries } from '../api/metrics.ts';
import type { Alarm, DashboardChart, MetricAlarm, MetricQuery } from '../api/types.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Mark } from '../parts/mark.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { keepRange } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { colourAt, Graph, type GraphSeries, Legend, useGrid, useHover } from './graph.tsx';
import { addressOfLines, type Line } from './lines.ts';
import { alignedRange } from './periods.ts';

const HEIGHT = 170;
/** More lines than this cannot be told apart; the largest are drawn, and the explorer has all. */
const LINES_MAX = 6;
const NO_QUERIES: readonly MetricQuery[] = [];

/** The template with what was chosen put in. */
export function queriesOfChart(chart: DashboardChart, of: string, periodSeconds: number): readonly MetricQuery[] {
  const fill = (text: string): string =>
    text.replaceAll('$of', of.replaceAll('"', '')).replaceAll('$period', String(periodSeconds));
  return chart.queries.map((query) =>
    query.type === 'expression'
      ? { ...query, expression: fill(query.expression) }
      : {
          ...query,
          periodSeconds,
          metric: {
            ...query.metric,
            dimensions: Object.fromEntries(
              Object.entries(query.metric.dimensions).map(([name, value]) => [name, value === '$of' ? of : value]),
            ),
          },
        },
  );
}

const linesOf = (queries: readonly MetricQuery[]): readonly Line[] =>
  queries.map((query) =>
    query.type === 'expression'
      ? { type: 'expression', id: query.id, shown: query.returnData, expression: query.expression }
      : {
          ...{ type: 'metric', id: query.id, shown: query.returnData, statistic: query.statistic },
          ...{ namespace: query.metric.namespace, name: query.metric.name, dimensions: query.metric.dimensions },
        },
  );

/** Names of series without the words that all of them share: the card says those already. */
function shortLabels(labels: readonly string[]): readonly string[] {
  const words = labels.map((label) => label.split(' '));
  const isShared = (word: string): boolean => words.every((one) => one.includes(word));
  return words.map((one, index) => {
    const own = one.filter((word) => labels.length === 1 || !isShared(word));
    return own.length === 0 ? (labels[index] ?? '') : own.join(' ');
  });
}

/** Alarms over the metrics of the card, as far as they are about what was chosen. */
function alarmsOf(queries: readonly MetricQuery[], of: string, alarms: readonly Alarm[]): readonly MetricAlarm[] {
  const named = new Set(
    queries.flatMap((query) => (query.type === 'metric' ? [`${query.metric.namespace} ${query.metric.name}`] : [])),
  );
  return alarms.filter((alarm): alarm is MetricAlarm => {
    if (alarm.type !== 'MetricAlarm') return false;
    return alarmQueries(alarm).some(
      (query) =>
        query.type === 'metric' &&
        named.has(`${query.metric.namespace} ${query.metric.name}`) &&
        Object.values(query.metric.dimensions).includes(of),
    );
  });
}

/** The threshold of the one alarm that compares just this metric; several would cover the graph with lines. */
function thresholdOf(
  chart: DashboardChart,
  queries: readonly MetricQuery[],
  alarms: readonly MetricAlarm[],
): number | undefined {
  const shown = queries.flatMap((query) => (query.type === 'metric' && query.returnData ? [query.metric.name] : []));
  const plain = alarms.filter((alarm) => {
    const measured = measuredMetric(alarmQueries(alarm));
    return measured !== undefined && shown.includes(measured.metric.name) && measured.statistic !== 'SampleCount';
  });
  return plain.length === 1 ? plain[0]?.threshold : chart.threshold;
}

function AlarmLinks({ alarms }: { readonly alarms: readonly MetricAlarm[] }) {
  const [first] = alarms;
  if (first === undefined) return null;
  const worst = alarms.find(({ stateValue }) => stateValue === 'ALARM') ?? first;
  const { mark, word, colour } = STATE_LOOKS[worst.stateValue];
  return (
    <Link
      to="/alarms/$name"
      params={{ name: worst.alarmName }}
      search={keepRange as never}
      title={alarms.map(({ alarmName }) => alarmName).join(', ')}
      className={`inline-flex items-baseline gap-1 ${colour}`}
    >
      <Mark state={mark} className="size-3.5" />
      <span className="underline decoration-line-2 underline-offset-2">
        {alarms.length === 1 ? `alarm: ${word}` : `${alarms.length} alarms: ${word}`}
      </span>
    </Link>
  );
}

interface ChartCardProps {
  readonly chart: DashboardChart;
  readonly of: string | undefined;
  readonly periodSeconds: number;
  readonly alarms: readonly Alarm[];
}

/** Series of a card, the largest first where there are many. */
function useChartSeries(chart: DashboardChart, queries: readonly MetricQuery[], periodSeconds: number) {
  const { startMs, endMs } = useRange();
  const answer = useSeries({ queries, ...alignedRange({ startMs, endMs }, periodSeconds) });
  const all = useMemo(() => {
    const found = answer.data ?? [];
    const labels = shortLabels(found.map(({ label }) => label));
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    return found
      .map((one, index) => ({ ...one, label: labels[index] ?? one.label, total: total(one.values) }))
      .sort((a, b) => (found.length > LINES_MAX ? b.total - a.total : 0));
  }, [answer.data]);
  const series = useMemo(
    () =>
      all.slice(0, LINES_MAX).map(
        (one, index): GraphSeries => ({
          ...{ key: `${index} ${one.label}`, label: one.label, unit: chart.unit, colour: colourAt(index) },
          ...{ timesMs: one.timesMs, values: one.values },
        }),
      ),
    [all, chart.unit],
  );
  return { answer, series, left: all.length - series.length };
}

/** One chart of a dashboard: what it shows, its values, the alarms on it, and the way to look closer. */
export function ChartCard({ chart, of, periodSeconds, alarms }: ChartCardProps) {
  const { startMs, endMs, setRange } = useRange();
  const [hovered, onHover] = useHover();
  const span = { startMs, endMs };
  const queries = useMemo(
    () => (of === undefined ? NO_QUERIES : queriesOfChart(chart, of, periodSeconds)),
    [chart, of, periodSeconds],
  );
  const { answer, series, left } = useChartSeries(chart, queries, periodSeconds);
  const grid = useGrid({ series, span, periodSeconds });
  const own = of === undefined ? [] : alarmsOf(queries, of, alarms);
  const isEmpty = answer.isSuccess && series.every(({ values }) => values.length === 0);
  return (
    <section aria-label={chart.title} className="min-w-0 border-t border-line-2 pt-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-xs">
        <h2 className="text-md">{chart.title}</h2>
        <p className="flex gap-3">
          <AlarmLinks alarms={own} />
          <Link
            to="/explorer"
            search={(old: Record<string, unknown>) =>
              ({ ...keepRange(old), ...addressOfLines(linesOf(queries)) }) as never
            }
            aria-label={`Explore ${chart.title}`}
            className="text-accent underline decoration-line-2 underline-offset-2"
          >
            Explore
          </Link>
        </p>
      </div>
      <p className="mb-1 text-xs text-ink-3">{chart.about}</p>
      {answer.isError && <FailureNotice error={answer.error} />}
      <div className="relative">
        <Graph
          {...{ series, span, periodSeconds, onHover }}
          label={chart.title}
          height={HEIGHT}
          threshold={thresholdOf(chart, queries, own)}
          crosshair="dashboard"
          onBrush={(brushed) => setRange(absoluteRange(brushed))}
        />
        {isEmpty && (
          <p className="pointer-events-none absolute inset-0 flex items-center justify-center text-sm text-ink-2">
            No data in this time.
          </p>
        )}
      </div>
      <Legend series={series} grid={grid} index={hovered} />
      {left > 0 && <p className="text-xs text-ink-3">And {left} more in the explorer.</p>}
    </section>
  );
}
