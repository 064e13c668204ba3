import { useParams, useSearch } from '@tanstack/react-router';
import { useAlarms } from '../api/alarms.ts';
import { useDashboards, useMetricList } from '../api/metrics.ts';
import type { Dashboard as Shown } from '../api/types.ts';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { ChartCard } from './chart-card.tsx';
import { MetricsFrame } from './metrics-frame.tsx';
import { periodText } from './periods.ts';
import { SendMetrics } from './send-metrics.tsx';
import { Statements } from './statements.tsx';
import { usePeriod } from './use-lines.ts';

export interface DashboardSearch {
  /** The service, the database or the host. */
  readonly of?: string | undefined;
}

const WATCH_MS = 5000;

/** Values of the dimension that have the metric, and nothing beside it. */
function useChoices({ choice }: Shown) {
  const list = useMetricList({ namespace: choice.namespace, name: choice.metric }, true, WATCH_MS);
  const own = list.isPlaceholderData ? undefined : list.data?.metrics;
  const choices = own?.flatMap(({ dimensions }) => {
    const names = Object.keys(dimensions);
    const value = dimensions[choice.dimension];
    return names.length === 1 && value !== undefined ? [value] : [];
  });
  return { choices: choices === undefined ? undefined : [...new Set(choices)].sort(), error: list.error };
}

const MISSING: Readonly<Record<string, string>> = {
  database:
    'Databases that are under backup are watched by themselves; add one under Databases, and its figures appear here.',
  host: 'Holdfast measures the machine that it runs on within a minute of its start.',
};

function NothingYet({ dashboard }: { readonly dashboard: Shown }) {
  const words = MISSING[dashboard.name];
  if (words === undefined) return <SendMetrics traces />;
  return <Empty title="Nothing has been measured yet.">{words}</Empty>;
}

function Charts({ dashboard, choices }: { readonly dashboard: Shown; readonly choices: readonly string[] }) {
  const search = useSearch({ strict: false }) as DashboardSearch;
  const change = useChangeSearch();
  const { seconds } = usePeriod();
  const alarms = useAlarms();
  const of = search.of ?? choices[0];
  const { choice } = dashboard;
  return (
    <>
      <div className="mb-5 flex flex-wrap items-end justify-between gap-3 border-b-2 border-ink pb-2.5">
        <h1 className="text-xl leading-tight">{dashboard.title}</h1>
        <label className="flex items-center gap-2 text-sm">
          {choice.label}
          <select
            className="control max-w-64"
            value={of ?? ''}
            onChange={(event) => change({ of: event.target.value }, true)}
          >
            {of !== undefined && !choices.includes(of) && <option value={of}>{of}</option>}
            {choices.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </div>
      <div className="grid gap-x-8 gap-y-7 lg:grid-cols-2">
        {dashboard.charts.map((chart) => (
          <ChartCard
            key={`${dashboard.name} ${chart.id}`}
            chart={chart}
            of={of}
            periodSeconds={seconds}
            alarms={alarms.data?.alarms ?? []}
          />
        ))}
      </div>
      {dashboard.name === 'database' && of !== undefined && <Statements source={of} />}
      <p className="mt-6 text-xs text-ink-3">
        Each point {periodText(seconds)}. Drag over a graph to zoom; the crosshair runs across all of them.
      </p>
    </>
  );
}

function Dashboard({ dashboard }: { readonly dashboard: Shown }) {
  const { choices, error } = useChoices(dashboard);
  if (error !== null) return <FailureNotice error={error} />;
  if (choices === undefined) {
    return (
      <>
        <h1 className="mb-5 border-b-2 border-ink pb-2.5 text-xl leading-tight">{dashboard.title}</h1>
        <BoneRows rows={8} label="the dashboard" />
      </>
    );
  }
  if (choices.length > 0) return <Charts dashboard={dashboard} choices={choices} />;
  return (
    <>
      <h1 className="mb-5 border-b-2 border-ink pb-2.5 text-xl leading-tight">{dashboard.title}</h1>
      <NothingYet dashboard={dashboard} />
    </>
  );
}

/** A question that everybody asks, with the graphs that answer it. */
export function DashboardPage() {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string };
  const dashboards = useDashboards();
  const dashboard = dashboards.data?.dashboards.find((one) => one.name === name);
  useTitle(dashboard?.title ?? 'Dashboard');
  return (
    <MetricsFrame>
      {dashboards.isPending && (
        <>
          <h1 className="sr-only">Dashboard</h1>
          <BoneRows rows={8} label="the dashboard" />
        </>
      )}
      {dashboards.isError && <FailureNotice error={dashboards.error} onRetry={() => void dashboards.refetch()} />}
      {dashboards.isSuccess && dashboard === undefined && (
        <>
          <h1 className="mb-4 text-xl">There is no dashboard “{name}”</h1>
          <Empty title="These are ready: traffic, latency, errors, database, host." />
        </>
      )}
      {dashboard !== undefined && <Dashboard key={name} dashboard={dashboard} />}
    </MetricsFrame>
  );
}
