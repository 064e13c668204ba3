import { useMemo } from 'react';
import type { LogsQuestion } from '../api/logs.ts';
import type { QueryField, QueryResult, Row } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatShortCount, parseUtc } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import type { Span } from '../base/time-range.ts';
import { Chart } from '../parts/chart.tsx';
import { groupingKeys, recordsBehind } from './query-edit.ts';
import { cellText } from './record-table.tsx';
import { chartOf } from './statistics-chart.ts';
import { ColumnHead, TableCell, TableRow } from './table-roles.tsx';
import { VirtualRows } from './virtual-rows.tsx';

interface StatisticsProps {
  readonly result: QueryResult;
  readonly question: LogsQuestion;
  readonly onQuery: (query: string, span?: Span) => void;
  readonly onSpan: (span: Span) => void;
}

function Picture({ result, question, onSpan }: Omit<StatisticsProps, 'onQuery'>) {
  const picture = useMemo(() => chartOf(result, question), [result, question]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for new numbers only, not for a new handler.
  const spec = useMemo(
    () => picture && { ...picture.spec, formatValue: formatShortCount, onBrush: onSpan, crosshair: 'logs' },
    [picture],
  );
  if (picture === undefined || spec === undefined) return null;
  return (
    <div className="border-b border-line px-3 py-3 md:pr-6">
      <ul className="mb-1 flex flex-wrap gap-x-4 text-xs text-ink-2">
        {spec.series.map((series) => (
          <li key={series.label} className="flex items-center gap-1.5">
            <i className="inline-block h-0.5 w-4" style={{ background: `var(${series.colour})` }} /> {series.label}
          </li>
        ))}
        {picture.left > 0 && <li className="text-ink-3">and {picture.left} more in the table</li>}
      </ul>
      <Chart spec={spec} />
    </div>
  );
}

/** From a figure to the records behind it: the same filters, the row's keys, the row's time. */
function openRow(row: Row, { question, onQuery }: Pick<StatisticsProps, 'question' | 'onQuery'>): void {
  const bin = groupingKeys(question.query).find(({ binMs }) => binMs !== undefined);
  const startMs = bin === undefined ? undefined : parseUtc(String(row[bin.column] ?? ''));
  const span = startMs === undefined || bin?.binMs === undefined ? undefined : { startMs, endMs: startMs + bin.binMs };
  onQuery(recordsBehind(question.query, row), span);
}

function Header({ fields, grid }: { readonly fields: readonly QueryField[]; readonly grid: string }) {
  return (
    <TableRow
      className="grid gap-x-4 border-b border-line-2 px-3 text-xs text-ink-3"
      style={{ gridTemplateColumns: grid }}
    >
      {fields.map((field) => (
        <ColumnHead key={field.name} className={cx('truncate py-1', field.type === 'number' && 'text-right')}>
          {field.name}
        </ColumnHead>
      ))}
    </TableRow>
  );
}

/** Results of stats: a chart when time is one of the keys, and always the table of the same numbers. */
export function StatisticsView(props: StatisticsProps) {
  const { result } = props;
  const { zone } = usePreferences();
  const grid = result.fields
    .map(({ type }) => (type === 'time' ? '190px' : type === 'number' ? 'minmax(80px,140px)' : 'minmax(120px,320px)'))
    .join(' ');
  return (
    <>
      <Picture result={result} question={props.question} onSpan={props.onSpan} />
      <VirtualRows
        label="Statistics"
        count={result.rows.length}
        columns={result.fields.length}
        rowHeight={28}
        minWidth={result.fields.length * 130}
        header={<Header fields={result.fields} grid={grid} />}
        row={(index) => {
          const row = result.rows[index] ?? {};
          return (
            <div
              className="relative grid gap-x-4 border-b border-line px-3 text-xs leading-[27px] hover:bg-sunk"
              style={{ gridTemplateColumns: grid }}
            >
              {result.fields.map((field, column) => {
                const value = row[field.name];
                const text =
                  typeof value === 'number' ? formatCount(value) : cellText(value, field.type, zone, 'second');
                return (
                  <TableCell
                    key={field.name}
                    className={cx('truncate font-mono', field.type === 'number' && 'text-right')}
                  >
                    {column > 0 ? (
                      text
                    ) : (
                      <button
                        type="button"
                        data-row-button={index}
                        title="Show the records behind this row"
                        onClick={() => openRow(row, props)}
                        className="w-full truncate text-left after:absolute after:inset-0 focus-visible:outline-offset-[-2px]"
                      >
                        {text === '' ? '–' : text}
                      </button>
                    )}
                  </TableCell>
                );
              })}
            </div>
          );
        }}
      />
    </>
  );
}
