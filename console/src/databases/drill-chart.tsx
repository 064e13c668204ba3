import { useMemo } from 'react';
import type { RestoreReport } from '../api/types.ts';
import { formatDuration } from '../base/format.ts';
import { Chart, type ChartSpec } from '../parts/chart.tsx';
import { recoveryPointOf } from './drill-report.tsx';

// Lines at round times: 50 ms, 1 s, 15 min, 1 d.
const DURATION_STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
];
const LENGTH_MAX = 120;

interface Figure {
  readonly label: string;
  readonly colour: string;
  readonly objectiveMs: number;
  readonly of: (report: RestoreReport) => number | null;
}

function specOf(reports: readonly RestoreReport[], figure: Figure): ChartSpec {
  const ordered = reports.slice(0, LENGTH_MAX).toReversed();
  return {
    label: `${figure.label} of ${ordered.length} drills; the table below has the same numbers`,
    height: 150,
    crosshair: 'drills',
    timesMs: ordered.map(({ begunMs }) => begunMs),
    formatValue: formatDuration,
    valueSteps: DURATION_STEPS,
    threshold: { value: figure.objectiveMs, label: `objective ${formatDuration(figure.objectiveMs)}` },
    series: [
      {
        label: figure.label,
        colour: figure.colour,
        shape: 'line',
        values: ordered.map((report) => (report.passed ? figure.of(report) : null)),
      },
      {
        label: 'failed',
        colour: '--broken',
        shape: 'points',
        values: ordered.map((report) => (report.passed ? null : figure.of(report))),
      },
    ],
  };
}

function DrillChart({ reports, figure }: { readonly reports: readonly RestoreReport[]; readonly figure: Figure }) {
  const spec = useMemo(() => specOf(reports, figure), [reports, figure]);
  return (
    <div>
      <p className="mb-1 text-xs text-ink-3 first-letter:uppercase">{figure.label}</p>
      <Chart spec={spec} />
    </div>
  );
}

const recoveryTime = (report: RestoreReport): number => report.recoveryTimeMs;
const recoveryPoint = (report: RestoreReport): number | null => recoveryPointOf(report) ?? null;

/** How long a restore took, and what would have been lost, each against what is promised. */
export function DrillCharts({
  reports,
  recoveryTimeObjectiveMs,
  recoveryPointObjectiveMs,
}: {
  readonly reports: readonly RestoreReport[];
  readonly recoveryTimeObjectiveMs: number;
  readonly recoveryPointObjectiveMs: number;
}) {
  const time = useMemo<Figure>(
    () => ({
      label: 'recovery time: from the order until it answers',
      colour: '--series-1',
      objectiveMs: recoveryTimeObjectiveMs,
      of: recoveryTime,
    }),
    [recoveryTimeObjectiveMs],
  );
  const point = useMemo<Figure>(
    () => ({
      label: 'recovery point: the newest change before the target',
      colour: '--series-3',
      objectiveMs: recoveryPointObjectiveMs,
      of: recoveryPoint,
    }),
    [recoveryPointObjectiveMs],
  );
  return (
    <div className="mb-4 grid gap-x-8 gap-y-4 lg:grid-cols-2">
      <DrillChart reports={reports} figure={time} />
      <DrillChart reports={reports} figure={point} />
    </div>
  );
}
