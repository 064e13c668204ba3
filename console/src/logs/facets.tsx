import { Minus } from 'lucide-react';
import { type LogsQuestion, useFacets } from '../api/logs.ts';
import { formatCount, formatShortCount } from '../base/format.ts';
import { Bone } from '../parts/skeleton.tsx';
import type { OnFilter } from './explorer.tsx';

interface FacetValue {
  readonly value: string;
  readonly count: number;
}

function Value({
  field,
  entry,
  most,
  onFilter,
}: {
  readonly field: string;
  readonly entry: FacetValue;
  readonly most: number;
  readonly onFilter: OnFilter;
}) {
  const name = entry.value === '' ? '(empty)' : entry.value;
  return (
    <li className="group relative flex items-center">
      <button
        type="button"
        onClick={() => onFilter(field, entry.value, false)}
        aria-label={`Only ${field} ${name}, ${formatCount(entry.count)} records`}
        title={`${name}: ${formatCount(entry.count)} records`}
        className="relative flex min-h-[24px] min-w-0 flex-1 items-center justify-between gap-2 px-1.5 text-left hover:bg-accent-soft"
      >
        <i
          aria-hidden="true"
          className="absolute inset-y-0.5 left-0 bg-line"
          style={{ width: `${(entry.count / most) * 100}%` }}
        />
        <span className="relative truncate font-mono text-xs">{name}</span>
        <span className="relative text-xs text-ink-2">{formatShortCount(entry.count)}</span>
      </button>
      <button
        type="button"
        aria-label={`Without ${field} ${name}`}
        title={`Without ${name}`}
        onClick={() => onFilter(field, entry.value, true)}
        className="ml-0.5 flex size-[24px] shrink-0 items-center justify-center text-ink-3 opacity-0 group-hover:opacity-100 hover:text-broken focus-visible:opacity-100"
      >
        <Minus size={13} />
      </button>
    </li>
  );
}

interface FacetsProps {
  readonly question: LogsQuestion;
  readonly onFilter: OnFilter;
}

/** The most frequent values of each field among the matching records: what stands out is one click from a filter. */
export function Facets({ question, onFilter }: FacetsProps) {
  const { data, isPending, isError } = useFacets(question);
  // Without values there is nothing to choose; why they are missing stands beside, with the records.
  if (isError && data === undefined) return null;
  const shown = data?.facets.filter(({ values }) => values.length > 0) ?? [];
  return (
    <aside
      aria-label="Values"
      className="max-h-[240px] shrink-0 overflow-auto border-b border-line px-3 py-2 lg:max-h-none lg:w-[236px] lg:border-r lg:border-b-0 lg:pl-6"
    >
      {isPending && Array.from({ length: 8 }, (_, row) => <Bone key={`bone-${String(row)}`} className="my-3 w-40" />)}
      {shown.map(({ field, values }) => (
        <details key={field} open className="mb-2.5">
          <summary title={field} className="truncate leading-[24px] text-xs font-semibold text-ink-2">
            {field}
          </summary>
          <ul>
            {values.map((entry) => (
              <Value key={entry.value} field={field} entry={entry} most={values[0]?.count ?? 1} onFilter={onFilter} />
            ))}
          </ul>
        </details>
      ))}
      {data !== undefined && shown.length === 0 && <p className="text-xs text-ink-3">No values: no record matches.</p>}
    </aside>
  );
}
