import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { ChangeTotals, Comparison, SheetChange, WorkbookVersion } from '../api/types.ts';
import { useComparison } from '../api/workbooks.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, TableFrame, useTitle } from '../parts/page.tsx';
import { Bone, BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch, useGo } from '../shell/go.ts';
import { ChangeWord } from './change-mark.tsx';
import { ChangeTable } from './change-table.tsx';
import { NotComparable } from './not-comparable.tsx';

const cellsOf = (totals: ChangeTotals): number => totals.cellsAdded + totals.cellsRemoved + totals.cellsChanged;

function Side({ word, version }: { readonly word: string; readonly version: WorkbookVersion }) {
  return (
    <div className="min-w-0 border-l-2 border-line-2 pl-3">
      <p className="text-xs text-ink-3">{word}</p>
      <p className="font-semibold">Version {version.number}</p>
      <p className="text-sm text-ink-2">
        {version.author}, <Ago at={version.committedMs} />
      </p>
      {version.message !== '' && <p className="truncate text-sm text-ink-2">{version.message}</p>}
    </div>
  );
}

function Totals({ totals }: { readonly totals: ChangeTotals }) {
  const figures = [
    ['cells added', totals.cellsAdded],
    ['cells removed', totals.cellsRemoved],
    ['cells changed', totals.cellsChanged],
    ['formulas added', totals.formulasAdded],
    ['formulas removed', totals.formulasRemoved],
    ['formulas changed', totals.formulasChanged],
  ] as const;
  return (
    <dl className="mb-6 grid grid-cols-3 gap-x-6 border-t border-line sm:grid-cols-6">
      {figures.map(([label, figure]) => (
        <div key={label} className="flex flex-col-reverse border-b border-line py-1.5">
          <dt className="text-xs text-ink-3">{label}</dt>
          <dd className={figure === 0 ? 'text-lg text-ink-3' : 'text-lg font-semibold'}>{formatCount(figure)}</dd>
        </div>
      ))}
    </dl>
  );
}

const COUNTS = [
  ['cellsAdded', 'Cells added'],
  ['cellsRemoved', 'removed'],
  ['cellsChanged', 'changed'],
  ['formulasAdded', 'Formulas added'],
  ['formulasRemoved', 'removed'],
  ['formulasChanged', 'changed'],
] as const;

function SheetRow({ sheet, chosen }: { readonly sheet: SheetChange; readonly chosen: boolean }) {
  const change = useChangeSearch();
  return (
    <tr className={chosen ? 'bg-accent-soft' : undefined}>
      <td>
        <button
          type="button"
          aria-pressed={chosen}
          title={chosen ? 'Show the cells of all sheets' : 'Show only its cells'}
          onClick={() => change({ sheet: chosen ? undefined : sheet.name }, true)}
          className="text-left font-medium text-accent underline decoration-line-2 underline-offset-2"
        >
          {sheet.name}
        </button>
        {sheet.oldName !== undefined && <span className="ml-2 text-ink-3">was {sheet.oldName}</span>}
      </td>
      <td>
        <ChangeWord type={sheet.type} />
      </td>
      {COUNTS.map(([count]) => (
        <td key={count} className={sheet[count] === 0 ? 'figure text-ink-3' : 'figure'}>
          {formatCount(sheet[count])}
        </td>
      ))}
    </tr>
  );
}

function Sheets({
  sheets,
  unchanged,
  chosen,
}: {
  readonly sheets: readonly SheetChange[];
  readonly unchanged: number;
  readonly chosen: string | undefined;
}) {
  return (
    <section className="mb-7">
      <TableFrame label="Sheets that differ">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Sheet</th>
              <th scope="col">Change</th>
              {COUNTS.map(([count, name]) => (
                <th key={count} scope="col" className="figure">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sheets.map((sheet) => (
              <SheetRow key={sheet.name} sheet={sheet} chosen={sheet.name === chosen} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      <p className="mt-2 text-sm text-ink-2">{formatPlural(unchanged, 'sheet')} unchanged.</p>
    </section>
  );
}

function Compared({ comparison }: { readonly comparison: Comparison }) {
  const { sheet: chosen } = useSearch({ strict: false }) as { readonly sheet?: string };
  const { totals, sheets = [], sheetsUnchanged = 0, changes = [], isCut = false } = comparison;
  if (totals === undefined) return null;
  if (sheets.length === 0)
    return (
      <Empty title="No cell differs.">
        {comparison.sameBytes
          ? 'Both versions are the same bytes.'
          : 'What differs is outside the cells, such as formats, pictures or the time of the last save.'}
      </Empty>
    );
  const shown = chosen === undefined ? changes : changes.filter(({ sheet }) => sheet === chosen);
  return (
    <>
      <Totals totals={totals} />
      <Sheets sheets={sheets} unchanged={sheetsUnchanged} chosen={chosen} />
      <h2 className="mb-2 text-md">
        {chosen === undefined ? 'Cells' : `Cells of ${chosen}`}{' '}
        <span className="font-normal text-ink-3">{formatCount(shown.length)} listed</span>
      </h2>
      {isCut && (
        <div className="mb-3">
          <Notice tone="plain" title="This list is cut.">
            It has the first {formatCount(changes.length)} of {formatCount(cellsOf(totals))} changed cells, and long
            values are shortened. The totals above count all of them.
          </Notice>
        </div>
      )}
      {shown.length === 0 ? (
        <Empty title="None of the listed cells is on this sheet." />
      ) : (
        <ChangeTable key={chosen} changes={shown} />
      )}
    </>
  );
}

/** Escape leads back to the versions, unless it closes or clears something nearer. */
function useEscape(back: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role="dialog"], [role="menu"]'))
        return;
      if (event.target instanceof HTMLInputElement) return;
      back();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [back]);
}

function Headline({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <header className="mb-5 border-b-2 border-ink pb-3">
      <Link
        to="/workbooks/$name"
        params={{ name }}
        search={keepRange as never}
        className="no-print mb-3 inline-flex min-h-6 items-center gap-1.5 text-sm text-accent"
      >
        <ArrowLeft size={14} /> All versions of {name}
      </Link>
      {children}
    </header>
  );
}

interface ComparisonProps {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** What changed between two versions? */
export function ComparisonView({ name, from, to }: ComparisonProps) {
  useTitle(`${name}, ${from} to ${to}`);
  const comparison = useComparison(name, from, to);
  const change = useChangeSearch();
  const go = useGo();
  useEscape(() => go(`/workbooks/${encodeURIComponent(name)}`));
  const { data } = comparison;
  const cells = data?.totals === undefined ? undefined : cellsOf(data.totals);
  return (
    <>
      <Headline name={name}>
        <div className="flex flex-wrap items-end justify-between gap-4">
          <h1 className="flex items-end gap-3.5 leading-none">
            <span className="text-[52px] leading-[0.85] font-semibold tracking-[-0.03em]">
              {cells === undefined ? '–' : formatCount(cells)}
            </span>
            <span className="text-md leading-snug font-normal text-ink-2">
              {data?.type === 'not-comparable' ? 'cells not comparable' : cells === 1 ? 'cell differs' : 'cells differ'}
              <br />
              <strong className="font-semibold text-ink">
                version {from} → {to}
              </strong>
            </span>
          </h1>
          <Button onClick={() => change({ from: to, to: from }, true)}>Swap</Button>
        </div>
      </Headline>
      {comparison.isPending && (
        <>
          <Bone className="mb-6 h-14" />
          <BoneRows rows={8} label="the comparison" />
        </>
      )}
      {comparison.isError && <FailureNotice error={comparison.error} onRetry={() => void comparison.refetch()} />}
      {data !== undefined && (
        <>
          <div className="mb-6 grid gap-4 sm:grid-cols-2">
            <Side word="From" version={data.from} />
            <Side word="To" version={data.to} />
          </div>
          {data.sameContent && !data.sameBytes && (
            <p className="mb-4 text-sm text-ink-2">The bytes differ, the content is the same.</p>
          )}
          {data.type === 'compared' ? <Compared comparison={data} /> : <NotComparable comparison={data} />}
        </>
      )}
    </>
  );
}
