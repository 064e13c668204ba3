import { ChevronRight } from 'lucide-react';
import { type CSSProperties, useMemo, useState } from 'react';
import type { Cell, QueryField, QueryResult, Row } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatTime, type Precision, parseUtc, type Zone } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import type { OnFilter } from './explorer.tsx';
import { RecordDetail } from './record-detail.tsx';
import { ColumnHead, TableCell, TableRow } from './table-roles.tsx';
import { VirtualRows } from './virtual-rows.tsx';

const ROW_HEIGHT = 27;

const SEVERITY = /^(?:(trace|debug)|(info|notice)|(warn)|(error|err|fatal|crit|alert|emerg))/i;

/** Shape, word and colour of a severity; unknown words stay plain. */
export function severityOf(text: string): 'quiet' | 'plain' | 'warn' | 'error' {
  const match = SEVERITY.exec(text);
  if (match?.[4] !== undefined) return 'error';
  if (match?.[3] !== undefined) return 'warn';
  return match?.[1] === undefined ? 'plain' : 'quiet';
}

const widthOf = ({ name, type }: QueryField): string => {
  if (type === 'time') return '178px';
  if (name === '@message') return 'minmax(320px,1fr)';
  if (/^(severityText|level)$/.test(name)) return '88px';
  return type === 'number' ? '90px' : 'minmax(90px,150px)';
};

export function cellText(
  value: Cell | undefined,
  type: QueryField['type'],
  zone: Zone,
  precision: Precision = 'ms',
): string {
  if (value === null || value === undefined) return '';
  if (type !== 'time') return String(value);
  const time = parseUtc(String(value));
  return time === undefined ? String(value) : formatTime(time, zone, precision);
}

const EDGE = {
  quiet: 'bg-transparent',
  plain: 'bg-transparent',
  warn: 'bg-[var(--chart-warn)]',
  error: 'bg-[var(--chart-error)]',
};
const WORD = {
  quiet: 'text-ink-3',
  plain: 'text-ink-2',
  warn: 'text-warn font-semibold',
  error: 'text-broken font-semibold',
};

function CellView({ row, field }: { readonly row: Row; readonly field: QueryField }) {
  const { zone } = usePreferences();
  const text = cellText(row[field.name], field.type, zone);
  const isSeverity = field.name === 'severityText' || field.name === 'level';
  return (
    <TableCell
      className={cx(
        'truncate font-mono text-xs sm:leading-[26px]',
        // On a phone the message stands below the rest, in two lines.
        field.name === '@message' && 'max-sm:line-clamp-2 max-sm:basis-full max-sm:break-all max-sm:whitespace-normal',
        field.type === 'time' && 'text-ink-2',
        field.type === 'number' && 'pr-2 text-right',
        isSeverity && WORD[severityOf(text)],
        !isSeverity && field.type === 'string' && field.name !== '@message' && 'text-ink-2',
      )}
    >
      {text.replaceAll(/\s*\n\s*/g, ' ⏎ ')}
    </TableCell>
  );
}

interface RecordRowProps {
  readonly row: Row;
  readonly index: number;
  readonly fields: readonly QueryField[];
  readonly grid: string;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onFilter: OnFilter;
}

function RecordRow({ row, index, fields, grid, open, onToggle, onFilter }: RecordRowProps) {
  const severity = severityOf(String(row.severityText ?? row.level ?? ''));
  return (
    <div className={cx('border-b border-line', open && 'border-b-line-2 bg-sheet')}>
      <div
        className="group relative flex cursor-pointer gap-x-3 pr-3 hover:bg-sunk sm:grid sm:grid-cols-(--columns)"
        style={{ '--columns': grid } as CSSProperties}
      >
        <i aria-hidden="true" className={cx('absolute inset-y-px left-0 w-[3px]', EDGE[severity])} />
        <TableCell>
          <button
            type="button"
            data-row-button={index}
            aria-expanded={open}
            aria-label={`Record ${index + 1}, ${String(row['@timestamp'] ?? '')}`}
            onClick={onToggle}
            className="flex h-[26px] w-full items-center justify-end after:absolute after:inset-0 focus-visible:outline-offset-[-2px]"
          >
            <ChevronRight size={13} className={cx('text-ink-3 group-hover:text-accent', open && 'rotate-90')} />
          </button>
        </TableCell>
        <div className="flex min-w-0 flex-1 flex-wrap gap-x-3 pb-1 sm:contents">
          {fields.map((field) => (
            <CellView key={field.name} row={row} field={field} />
          ))}
        </div>
      </div>
      {open && (
        <TableCell>
          <RecordDetail ptr={String(row['@ptr'])} onFilter={onFilter} />
        </TableCell>
      )}
    </div>
  );
}

function Header({ fields, grid }: { readonly fields: readonly QueryField[]; readonly grid: string }) {
  return (
    <TableRow
      className="hidden gap-x-3 border-b border-line-2 pr-3 text-xs text-ink-3 sm:grid"
      style={{ gridTemplateColumns: grid }}
    >
      <ColumnHead>
        <span className="sr-only">Open</span>
      </ColumnHead>
      {fields.map((field) => (
        <ColumnHead key={field.name} className={cx('truncate py-1', field.type === 'number' && 'pr-2 text-right')}>
          {field.name}
        </ColumnHead>
      ))}
    </TableRow>
  );
}

/** Records as lines; a line opens to the whole record in place. */
export function RecordTable({ result, onFilter }: { readonly result: QueryResult; readonly onFilter: OnFilter }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const fields = useMemo(() => result.fields.filter(({ name }) => name !== '@ptr'), [result.fields]);
  const hasMessage = fields.some(({ name }) => name === '@message');
  const grid = `22px ${fields.map((field, index) => (!hasMessage && index === fields.length - 1 ? 'minmax(90px,1fr)' : widthOf(field))).join(' ')}`;
  const toggle = (ptr: string): void =>
    setOpen((old) => (old.has(ptr) ? new Set([...old].filter((one) => one !== ptr)) : new Set([...old, ptr])));
  return (
    <VirtualRows
      label="Records"
      count={result.rows.length}
      columns={fields.length + 1}
      rowHeight={ROW_HEIGHT}
      minWidth={Math.min(900, 220 + fields.length * 110)}
      header={<Header fields={fields} grid={grid} />}
      row={(index) => {
        const row = result.rows[index] ?? {};
        const ptr = String(row['@ptr']);
        return (
          <RecordRow
            row={row}
            index={index}
            fields={fields}
            grid={grid}
            open={open.has(ptr)}
            onToggle={() => toggle(ptr)}
            onFilter={onFilter}
          />
        );
      }}
    />
  );
}
