import { useMemo, useState } from 'react';
import type { DataCategory, Outcomes as OutcomesBody, Project } from '../api/issue-types.ts';
import { useOutcomes } from '../api/projects.ts';
import { formatCount, formatDuration, formatShortCount, formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Chart, type ChartSpec, COUNT_STEPS } from '../parts/chart.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useRange } from '../shell/range-context.tsx';
import { CATEGORY_LABELS, OUTCOMES } from './category-words.ts';

const HEIGHT = 200;

/** Quantities of an outcome at each time, of one kind or of all. */
export function quantitiesOf(body: OutcomesBody, outcome: string, category: DataCategory | ''): readonly number[] {
  const series = body.series.filter((one) => one.outcome === outcome && (category === '' || one.category === category));
  return body.timesMs.map((_, index) => series.reduce((sum, one) => sum + (one.quantities[index] ?? 0), 0));
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function OutcomeChart({ body, category }: { readonly body: OutcomesBody; readonly category: DataCategory | '' }) {
  const { startMs, endMs, setRange } = useRange();
  const { zone } = usePreferences();
  const [hovered, setHovered] = useState<number>();
  const parts = useMemo(
    () =>
      OUTCOMES.map((one) => ({ ...one, values: quantitiesOf(body, one.outcome, category) })).filter(
        ({ values, outcome }) => outcome === 'accepted' || sumOf(values) > 0,
      ),
    [body, category],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for new numbers only, not for a new handler.
  const spec = useMemo<ChartSpec>(() => {
    // Running totals, drawn from the tallest: what is seen of each is its own share.
    const totals = parts.map((_, upTo) =>
      body.timesMs.map((__, index) =>
        parts.slice(0, upTo + 1).reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
      ),
    );
    return {
      label: `What was sent to the project in steps of ${formatDuration(body.stepMs)}; the table below has the totals`,
      height: HEIGHT,
      timesMs: body.timesMs,
      span: { startMs, endMs },
      formatValue: formatShortCount,
      valueSteps: COUNT_STEPS,
      onBrush: (span) => setRange(absoluteRange(span)),
      onHover: setHovered,
      series: parts
        .map(({ label, colour }, index) => ({ label, colour, shape: 'bars' as const, values: totals[index] ?? [] }))
        .toReversed(),
    };
  }, [parts, body]);
  return (
    <>
      <p className="mb-1 flex min-h-5 flex-wrap gap-x-4 text-xs text-ink-2">
        {parts.map(({ outcome, label, colour, values, says }) => (
          <span key={outcome} className="inline-flex items-center gap-1.5" title={says}>
            <i className="inline-block size-2.5" style={{ background: `var(${colour})` }} />
            {formatCount(hovered === undefined ? sumOf(values) : (values[hovered] ?? 0))} {label}
          </span>
        ))}
        <span className="text-ink-3">
          {hovered === undefined
            ? `each bar ${formatDuration(body.stepMs)}`
            : formatTime(body.timesMs[hovered] ?? 0, zone, 'minute')}
        </span>
      </p>
      <Chart spec={spec} />
    </>
  );
}

function Totals({ body, category }: { readonly body: OutcomesBody; readonly category: DataCategory | '' }) {
  const shown = body.series
    .filter((one) => one.total > 0 && (category === '' || one.category === category))
    .toSorted((a, b) => b.total - a.total);
  return (
    <TableFrame label="What became of what was sent">
      <table className="ledger mt-4">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Became</th>
            <th scope="col">Reason</th>
            <th scope="col" className="figure">
              Number
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ category: of, itemType, outcome, reason, total }) => {
            const look = OUTCOMES.find((one) => one.outcome === outcome);
            return (
              <tr key={`${of} ${itemType} ${outcome} ${reason}`}>
                <td>
                  {CATEGORY_LABELS[of]}
                  {itemType !== '' && itemType !== of && <code className="ml-2 text-xs text-ink-3">{itemType}</code>}
                </td>
                <td className="whitespace-nowrap">
                  <i
                    aria-hidden="true"
                    className="mr-1.5 inline-block size-2.5"
                    style={{ background: `var(${look?.colour ?? '--unknown'})` }}
                  />
                  {look?.label ?? outcome}
                  <span className="ml-2 hidden text-xs text-ink-3 md:inline">{look?.says}</span>
                </td>
                <td className="font-mono text-xs">{reason}</td>
                <td className="figure">{formatCount(total)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** What arrived, and what became of what did not? */
export function Outcomes({ project }: { readonly project: Project }) {
  const { startMs, endMs, generation } = useRange();
  const outcomes = useOutcomes(project.slug, { startMs, endMs, generation });
  const [category, setCategory] = useState<DataCategory | ''>('');
  const kinds = [...new Set(outcomes.data?.series.map((one) => one.category))];
  return (
    <Section
      title="What arrived"
      lead="Everything that was sent is counted: what is stored, and what is not with its reason. SDKs tell too what they threw away themselves."
      action={
        <select
          aria-label="Kind"
          className="control"
          value={category}
          onChange={(event) => setCategory(event.target.value as DataCategory | '')}
        >
          <option value="">All kinds</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {CATEGORY_LABELS[kind]}
            </option>
          ))}
        </select>
      }
    >
      {outcomes.isPending && <BoneRows rows={6} label="the outcomes" />}
      {outcomes.isError && <FailureNotice error={outcomes.error} onRetry={() => void outcomes.refetch()} />}
      {outcomes.data !== undefined &&
        (outcomes.data.series.length === 0 ? (
          <Empty title="Nothing was sent in this time." />
        ) : (
          <>
            <OutcomeChart body={outcomes.data} category={category} />
            <Totals body={outcomes.data} category={category} />
          </>
        ))}
    </Section>
  );
}
