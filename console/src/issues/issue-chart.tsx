import { Table2 } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { Issue, IssueHistogram } from '../api/issue-types.ts';
import { useIssueHistogram } from '../api/issues.ts';
import { useReleases } from '../api/releases.ts';
import { formatCount, formatDuration, formatShortCount, formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { absoluteRange } from '../base/time-range.ts';
import { IconButton } from '../parts/button.tsx';
import { Chart, type ChartSpec, COUNT_STEPS } from '../parts/chart.tsx';
import { Scrollable } from '../parts/scrollable.tsx';
import { useRange } from '../shell/range-context.tsx';
import { Choice } from './part.tsx';
import { stepsOfSpan } from './steps.ts';

const HEIGHT = 148;
const MARKS_MAX = 12;
type Measure = 'events' | 'users';

function NumbersTable({ histogram }: { readonly histogram: IssueHistogram }) {
  const { zone } = usePreferences();
  return (
    <Scrollable label="Events over time" className="overflow-auto">
      <div style={{ maxHeight: HEIGHT }}>
        <table className="ledger max-w-[480px]">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" className="figure">
                Events
              </th>
              <th scope="col" className="figure">
                Users
              </th>
            </tr>
          </thead>
          <tbody>
            {histogram.timesMs.map((timeMs, index) => (
              <tr key={timeMs}>
                <td className="font-mono text-xs">{formatTime(timeMs, zone)}</td>
                <td className="figure">{formatCount(histogram.events[index] ?? 0)}</td>
                <td className="figure">{formatCount(histogram.users[index] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Scrollable>
  );
}

/** Releases of the project that came in the range, as marks on the chart. */
function useReleaseMarks(issue: Issue) {
  const { startMs, endMs, generation } = useRange();
  const { data } = useReleases({
    projectId: issue.projectId,
    environment: undefined,
    find: '',
    startMs,
    endMs,
    generation,
  });
  return useMemo(() => {
    const releases = data?.pages[0]?.releases.map(({ release }) => release) ?? [];
    return releases
      .map((release) => ({
        timeMs: release.releasedMs ?? release.firstEventMs ?? release.createdMs,
        label: release.version,
      }))
      .filter(({ timeMs }) => timeMs >= startMs && timeMs <= endMs)
      .slice(0, MARKS_MAX);
  }, [data, startMs, endMs]);
}

/** How often and for how many over the time, with the releases that came meanwhile. */
export function IssueChart({
  issue,
  environment,
  children,
}: {
  readonly issue: Issue;
  readonly environment: string;
  /** What else is chosen for the chart. */
  readonly children: ReactNode;
}) {
  const { startMs, endMs, generation, setRange } = useRange();
  const [measure, setMeasure] = useState<Measure>('events');
  const [asTable, setAsTable] = useState(false);
  const [hovered, setHovered] = useState<number>();
  const { zone } = usePreferences();
  const { data } = useIssueHistogram(issue.id, {
    startMs,
    endMs,
    generation,
    environment,
    steps: stepsOfSpan(endMs - startMs),
  });
  const marks = useReleaseMarks(issue);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for new numbers only, not for a new handler.
  const spec = useMemo<ChartSpec | undefined>(
    () =>
      data && {
        label: `${measure} of the issue over time; the same numbers can be shown as a table`,
        height: HEIGHT,
        timesMs: data.timesMs,
        span: { startMs, endMs },
        formatValue: formatShortCount,
        valueSteps: COUNT_STEPS,
        marks,
        onBrush: (span) => setRange(absoluteRange(span)),
        onHover: setHovered,
        series: [
          {
            label: measure,
            colour: measure === 'events' ? '--chart-error' : '--series-1',
            shape: 'bars',
            values: data[measure],
          },
        ],
      },
    [data, measure, marks],
  );
  const [first = startMs, second = endMs] = data?.timesMs ?? [];
  const at = hovered === undefined ? undefined : data?.timesMs[hovered];
  const mark =
    at === undefined ? undefined : marks.find(({ timeMs }) => timeMs >= at && timeMs < at + (second - first));
  return (
    <section aria-label="Over time" className="min-w-0">
      <div className="mb-1 flex min-h-[30px] flex-wrap items-center gap-3">
        {children}
        <Choice
          label="Shown"
          value={measure}
          choices={[
            { value: 'events', label: 'Events' },
            { value: 'users', label: 'Users' },
          ]}
          onChange={setMeasure}
        />
        <p className="min-w-0 flex-1 truncate text-xs text-ink-3">
          {at === undefined || hovered === undefined
            ? `each bar ${formatDuration(Math.max(1, second - first))}, drag to zoom${marks.length > 0 ? ', dashed lines are releases' : ''}`
            : `${formatTime(at, zone)}: ${formatCount(data?.events[hovered] ?? 0)} events, ${formatCount(data?.users[hovered] ?? 0)} users${mark === undefined ? '' : `, release ${mark.label}`}`}
        </p>
        <IconButton
          label={asTable ? 'Show the chart' : 'Show the numbers as a table'}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          <Table2 size={15} />
        </IconButton>
      </div>
      {data === undefined || spec === undefined ? (
        <div style={{ height: HEIGHT }} />
      ) : asTable ? (
        <NumbersTable histogram={data} />
      ) : (
        <Chart spec={spec} />
      )}
    </section>
  );
}
