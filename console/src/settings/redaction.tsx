import { useMemo, useState } from 'react';
import { useRedactionCounts, useRedactionRules } from '../api/system.ts';
import type { RedactionCounts } from '../api/types.ts';
import { formatBytes, formatCount, formatPlural, formatShortCount } from '../base/format.ts';
import { Chart, COUNT_STEPS } from '../parts/chart.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { ExplainBox } from './redaction-explain.tsx';

const DAYS_CHOICES = [7, 14, 30, 90];
const DAY_MS = 86_400_000;

interface Sums {
  readonly days: readonly string[];
  readonly rules: readonly { readonly rule: string; readonly total: number }[];
  readonly at: (day: string, rule: string) => number;
  readonly total: number;
}

/** The days up to today as the server counts them, in UTC; those without a mask too. */
const lastDays = (count: number, nowMs: number): readonly string[] =>
  Array.from({ length: count }, (_, back) => new Date(nowMs - (count - 1 - back) * DAY_MS).toISOString().slice(0, 10));

function sumsOf({ days: entries }: RedactionCounts, dayCount: number): Sums {
  const byRule = new Map<string, number>();
  const cells = new Map<string, number>();
  for (const { day, rule, masks } of entries) {
    byRule.set(rule, (byRule.get(rule) ?? 0) + masks);
    cells.set(`${day} ${rule}`, (cells.get(`${day} ${rule}`) ?? 0) + masks);
  }
  return {
    days: lastDays(dayCount, Date.now()),
    rules: [...byRule].map(([rule, total]) => ({ rule, total })).sort((a, b) => b.total - a.total),
    at: (day, rule) => cells.get(`${day} ${rule}`) ?? 0,
    total: [...byRule.values()].reduce((sum, masks) => sum + masks, 0),
  };
}

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

const startOf = (day: string | undefined): number => Date.parse(`${day}T00:00:00Z`);

/** Masks a day, stacked by rule: running totals drawn from the tallest. */
function CountsChart({ sums }: { readonly sums: Sums }) {
  const shown = sums.rules.slice(0, COLOURS.length);
  const spec = useMemo(() => {
    const upTo = (day: string, index: number): number =>
      shown.slice(index).reduce((sum, { rule }) => sum + sums.at(day, rule), 0);
    return {
      label: 'masks a day by rule; the table below has the same numbers',
      height: 150,
      timesMs: sums.days.map(startOf),
      bucketMs: DAY_MS,
      zone: 'utc' as const,
      valueSteps: COUNT_STEPS,
      span: { startMs: startOf(sums.days[0]), endMs: startOf(sums.days.at(-1)) + DAY_MS },
      formatValue: formatShortCount,
      series: shown.map(({ rule }, index) => ({
        label: rule,
        colour: COLOURS[index] ?? '--series-1',
        shape: 'bars' as const,
        values: sums.days.map((day) => upTo(day, index)),
      })),
    };
  }, [sums, shown]);
  return (
    <>
      <ul className="mb-1 flex flex-wrap gap-x-4 text-xs text-ink-2">
        {shown.map(({ rule }, index) => (
          <li key={rule} className="flex items-center gap-1.5">
            <i className="inline-block size-2.5" style={{ background: `var(${COLOURS[index]})` }} /> {rule}
          </li>
        ))}
      </ul>
      <Chart spec={spec} />
    </>
  );
}

function CountsTable({ sums }: { readonly sums: Sums }) {
  const recent = sums.days.slice(-7).reverse();
  return (
    <TableFrame label="Masks by rule and day">
      <table className="ledger mt-3">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            {recent.map((day) => (
              <th key={day} scope="col" className="figure">
                {day.slice(5)}
              </th>
            ))}
            <th scope="col" className="figure">
              All days
            </th>
          </tr>
        </thead>
        <tbody>
          {sums.rules.map(({ rule, total }) => (
            <tr key={rule}>
              <td className="font-mono text-xs">{rule}</td>
              {recent.map((day) => (
                <td key={day} className="figure">
                  {formatCount(sums.at(day, rule))}
                </td>
              ))}
              <td className="figure font-semibold">{formatCount(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Counts() {
  const [days, setDays] = useState(14);
  const counts = useRedactionCounts(days);
  const sums = useMemo(() => counts.data && sumsOf(counts.data, days), [counts.data, days]);
  const choice = (
    <select
      aria-label="Days shown"
      className="control"
      value={days}
      onChange={(event) => setDays(Number(event.target.value))}
    >
      {DAYS_CHOICES.map((value) => (
        <option key={value} value={value}>
          last {value} days
        </option>
      ))}
    </select>
  );
  return (
    <Section
      title="Redaction"
      lead="Secrets that applications wrote into their logs, masked before the first byte was stored. A rule that strikes often shows where an application leaks."
      action={choice}
    >
      {counts.isPending && <BoneRows rows={5} label="the counts" />}
      {counts.isError && <FailureNotice error={counts.error} onRetry={() => void counts.refetch()} />}
      {counts.data !== undefined && sums !== undefined && (
        <>
          <p className="mb-3 flex flex-wrap items-baseline gap-x-4 text-sm text-ink-2">
            <span className="text-ink">
              <strong className="text-xl font-semibold">{formatCount(sums.total)}</strong> secrets masked
            </span>
            <span title={`${formatCount(counts.data.bytesScanned)} bytes`}>
              in {formatPlural(counts.data.recordsScanned, 'record')}, {formatBytes(counts.data.bytesScanned)}
            </span>
          </p>
          {counts.data.failedClosed > 0 && (
            <div className="mb-3">
              <Notice tone="warn" title={`${formatPlural(counts.data.failedClosed, 'record')} masked as a whole.`}>
                They could not be searched within the limits, so nothing of them was stored in clear.
              </Notice>
            </div>
          )}
          {sums.total === 0 ? (
            <Empty title="Nothing has been masked in these days.">
              Either no secret was sent, or no log at all. Try a rule below.
            </Empty>
          ) : (
            <>
              <CountsChart sums={sums} />
              <CountsTable sums={sums} />
            </>
          )}
        </>
      )}
    </Section>
  );
}

function Rules() {
  const rules = useRedactionRules();
  return (
    <Section title="Rules" lead="What is looked for in each record.">
      {rules.isPending && <BoneRows rows={5} label="the rules" />}
      {rules.isError && <FailureNotice error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.data !== undefined && (
        <TableFrame label="Rules">
          <table className="ledger">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Masks</th>
                <th scope="col">Pattern</th>
              </tr>
            </thead>
            <tbody>
              {rules.data.rules.map((rule) => (
                <tr key={rule.id}>
                  <td className="font-mono text-xs whitespace-nowrap">{rule.id}</td>
                  <td>
                    {rule.description}
                    {rule.keywords.length > 0 && (
                      <div className="text-xs text-ink-3">near {rule.keywords.join(', ')}</div>
                    )}
                  </td>
                  <td className="font-mono text-xs break-all text-ink-2">{rule.pattern}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Section>
  );
}

/** Do our logs contain secrets? How often each rule struck, what it looks for, and a box to try it. */
export function RedactionPart() {
  useTitle('Redaction');
  return (
    <>
      <Counts />
      <ExplainBox />
      <Rules />
    </>
  );
}
