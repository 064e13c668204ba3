import { useSearch } from '@tanstack/react-router';
import { Plus, Sigma, Table2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { AlarmDialog } from '../alarms/alarm-dialog.tsx';
import { draftOfLine } from '../alarms/alarm-draft.ts';
import { useNamespaces } from '../api/metrics.ts';
import { useMay } from '../api/session.ts';
import type { Metric } from '../api/types.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { Graph, NumbersTable, useGrid, useHover } from './graph.tsx';
import { LineTable } from './line-table.tsx';
import { freeId, type Line } from './lines.ts';
import { MetricPicker } from './metric-picker.tsx';
import { MetricsFrame } from './metrics-frame.tsx';
import { PERIODS, periodText } from './periods.ts';
import { SendMetrics } from './send-metrics.tsx';
import { usualStatistic } from './units.ts';
import { type MetricsSearch, useLineSeries, useLines, usePeriod } from './use-lines.ts';

const GRAPH_HEIGHT = 320;
const LINES_MAX = 40;
const WATCH_MS = 2000;

const sameMetric = (line: Line, metric: Metric): boolean =>
  line.type === 'metric' &&
  line.namespace === metric.namespace &&
  line.name === metric.name &&
  JSON.stringify(line.dimensions) === JSON.stringify(metric.dimensions);

const lineOf = (metric: Metric, lines: readonly Line[]): Line => ({
  ...{ type: 'metric', id: freeId(lines, 'm'), shown: true, statistic: usualStatistic(metric.unit) },
  ...{ namespace: metric.namespace, name: metric.name, dimensions: metric.dimensions },
});

interface LinesProps {
  readonly lines: readonly Line[];
  readonly onLines: (lines: readonly Line[]) => void;
}

/** Picking a metric that is there already takes it away again. */
function usePicking({ lines, onLines }: LinesProps) {
  return {
    isPicked: (metric: Metric) => lines.some((line) => sameMetric(line, metric)),
    onPick: (metric: Metric) => {
      const rest = lines.filter((line) => !sameMetric(line, metric));
      if (rest.length < lines.length) onLines(rest);
      else if (lines.length < LINES_MAX) onLines([...lines, lineOf(metric, lines)]);
    },
  };
}

function AddMetric(props: LinesProps) {
  const picking = usePicking(props);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button tone={props.lines.length === 0 ? 'accent' : 'plain'}>
          <Plus size={14} /> Add a metric
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Add a metric"
          className="floating w-[min(640px,calc(100vw-16px))]"
        >
          <MetricPicker autoFocus {...picking} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function PeriodSelect() {
  const { chosen, seconds } = usePeriod();
  const change = useChangeSearch();
  return (
    <label className="flex items-center gap-2 text-sm text-ink-2">
      Period
      <select
        className="control"
        value={chosen ?? ''}
        onChange={(event) => change({ period: event.target.value === '' ? undefined : event.target.value }, true)}
      >
        <option value="">auto{chosen === undefined ? ` (${periodText(seconds)})` : ''}</option>
        {PERIODS.map((period) => (
          <option key={period} value={period}>
            {periodText(period)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Toolbar({ lines, onLines, asTable }: LinesProps & { readonly asTable: boolean }) {
  const change = useChangeSearch();
  const addExpression = (): void => {
    const [first, second] = lines;
    const expression =
      second === undefined ? `RATE(${first?.id ?? 'm1'})` : `100 * ${second.id} / ${first?.id ?? 'm1'}`;
    onLines([...lines, { type: 'expression', id: freeId(lines, 'e'), shown: true, expression }]);
  };
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <AddMetric lines={lines} onLines={onLines} />
      <Button onClick={addExpression} disabled={lines.length === 0}>
        <Sigma size={14} /> Add an expression
      </Button>
      <div className="flex-1" />
      <PeriodSelect />
      <IconButton
        label={asTable ? 'Show the graph' : 'Show the numbers as a table'}
        aria-pressed={asTable}
        onClick={() => change({ view: asTable ? undefined : 'table' }, true)}
      >
        <Table2 size={15} />
      </IconButton>
    </div>
  );
}

/** Nothing is chosen yet: the picker stands open, and beside it how to send the first numbers. */
function Start({ lines, onLines }: LinesProps) {
  const namespaces = useNamespaces(WATCH_MS);
  const picking = usePicking({ lines, onLines });
  const all = namespaces.data?.namespaces;
  const hasOwn = all?.some((name) => !name.startsWith('Holdfast/') || name === 'Holdfast/Requests') ?? true;
  return (
    <>
      <h1 className="mb-4 border-b-2 border-ink pb-2.5 text-xl leading-tight">Which numbers do you want to see?</h1>
      {namespaces.isPending && <BoneRows rows={5} label="the namespaces" />}
      {namespaces.isError && <FailureNotice error={namespaces.error} />}
      {(all?.length ?? 0) > 0 && (
        <div className="mb-8 max-w-[760px] border border-line bg-sheet">
          <MetricPicker {...picking} />
        </div>
      )}
      {!hasOwn && <SendMetrics />}
    </>
  );
}

/** The graph, or its numbers, or why there are none. */
function Picture({
  lines,
  found,
  onHover,
  asTable,
}: {
  readonly lines: readonly Line[];
  readonly found: ReturnType<typeof useLineSeries>;
  readonly onHover: (index: number | undefined) => void;
  readonly asTable: boolean;
}) {
  const { startMs, endMs, setRange } = useRange();
  const { seconds } = usePeriod();
  const { series, answer } = found;
  const span = { startMs, endMs };
  const label = `${lines.map(({ id }) => id).join(', ')} in steps of ${periodText(seconds)}`;
  const messages = [...new Set((answer.data ?? []).flatMap((one) => one.messages.map(({ value }) => value)))];
  const isEmpty = answer.isSuccess && !answer.isFetching && series.every(({ values }) => values.length === 0);
  return (
    <>
      {answer.isError && (
        <div className="mb-3">
          <FailureNotice error={answer.error} onRetry={() => void answer.refetch()} />
        </div>
      )}
      {messages.length > 0 && (
        <div className="mb-3">
          <Notice tone="warn" title="The answer is not whole.">
            {messages.join(' ')}
          </Notice>
        </div>
      )}
      {asTable ? (
        <NumbersTable label={label} series={series} span={span} periodSeconds={seconds} />
      ) : (
        <div className="relative">
          <Graph
            {...{ label, series, span, onHover }}
            height={GRAPH_HEIGHT}
            periodSeconds={seconds}
            crosshair="metrics"
            onBrush={(brushed) => setRange(absoluteRange(brushed))}
          />
          {isEmpty && lines.some(({ shown }) => shown) && (
            <p
              role="status"
              className="pointer-events-none absolute inset-0 flex items-center justify-center text-sm text-ink-2"
            >
              No data in this time.
            </p>
          )}
        </div>
      )}
    </>
  );
}

function Exploration({ lines, onLines }: LinesProps) {
  const { view } = useSearch({ strict: false }) as MetricsSearch;
  const { startMs, endMs } = useRange();
  const { seconds: periodSeconds } = usePeriod();
  const [hovered, onHover] = useHover();
  const [alarming, setAlarming] = useState<Line>();
  const mayManage = useMay('manageAlarms');
  const span = { startMs, endMs };
  const found = useLineSeries(lines, span, periodSeconds);
  const grid = useGrid({ series: found.series, span, periodSeconds });
  return (
    <>
      <h1 className="sr-only">Metrics</h1>
      <Toolbar lines={lines} onLines={onLines} asTable={view === 'table'} />
      <Picture lines={lines} found={found} onHover={onHover} asTable={view === 'table'} />
      <p className="mt-1 mb-4 text-xs text-ink-3">
        Each point {periodText(periodSeconds)}. Drag over the graph to zoom. The address holds everything you see.
      </p>
      <LineTable
        {...{ lines, grid, hovered, periodSeconds }}
        series={found.series}
        onChange={(changed) => onLines(lines.map((line) => (line.id === changed.id ? changed : line)))}
        onRemove={(removed) => onLines(lines.filter((line) => line.id !== removed.id))}
        onAlarm={mayManage ? setAlarming : undefined}
      />
      {alarming !== undefined && (
        <AlarmDialog draft={draftOfLine(alarming, lines, periodSeconds)} onClose={() => setAlarming(undefined)} />
      )}
    </>
  );
}

/** Any metric, any statistic, any sum of them: a question in the form of a graph. */
export function ExplorerPage() {
  useTitle('Metrics');
  const [lines, onLines] = useLines();
  return (
    <MetricsFrame>
      {lines.length === 0 ? <Start lines={lines} onLines={onLines} /> : <Exploration lines={lines} onLines={onLines} />}
    </MetricsFrame>
  );
}
