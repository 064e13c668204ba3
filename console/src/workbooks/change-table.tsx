import { useState } from 'react';
import type { CellChange } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { ColumnHead, TableCell, TableRow } from '../logs/table-roles.tsx';
import { VirtualRows } from '../logs/virtual-rows.tsx';
import { ChangeWord } from './change-mark.tsx';

const GRID = 'sm:grid-cols-[92px_64px_150px_minmax(0,1fr)_minmax(0,1fr)]';
type Content = NonNullable<CellChange['old']>;

const valueText = (value: Content['value']): string =>
  value === null ? 'empty' : typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : String(value);

function ContentView({
  content,
  open,
  word,
}: {
  readonly content: Content | undefined;
  readonly open: boolean;
  readonly word: string;
}) {
  if (content === undefined) return <span className="text-ink-3">no cell</span>;
  return (
    <span className={cx('block min-w-0', open ? 'break-words whitespace-pre-wrap' : 'truncate')}>
      <span className="sr-only">{word}: </span>
      <span className={cx(content.value === null && 'text-ink-3')}>{valueText(content.value)}</span>
      {content.formula !== undefined && (
        <code className={cx('text-ink-2', open ? 'mt-0.5 block' : 'ml-2')}>={content.formula}</code>
      )}
    </span>
  );
}

function ChangeRow({ change, index }: { readonly change: CellChange; readonly index: number }) {
  const [open, setOpen] = useState(false);
  return (
    <div
      className={cx(
        'relative grid gap-x-3 border-b border-line px-2 py-1 text-sm hover:bg-sunk',
        'grid-cols-[92px_64px_minmax(0,1fr)]',
        GRID,
      )}
    >
      <TableCell>
        <ChangeWord type={change.type} />
      </TableCell>
      <TableCell className="font-mono text-xs leading-5">
        <button
          type="button"
          data-row-button={index}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="text-left after:absolute after:inset-0 focus-visible:outline-offset-[-2px]"
        >
          {change.cell}
        </button>
      </TableCell>
      <TableCell className="truncate text-ink-2">
        {change.sheet}
        {change.what !== 'value' && (
          <span className="text-ink-3"> · {change.what === 'both' ? 'value, formula' : 'formula'}</span>
        )}
      </TableCell>
      <TableCell className="col-span-3 min-w-0 sm:col-span-1">
        <ContentView content={change.old} open={open} word="old" />
      </TableCell>
      <TableCell className="col-span-3 flex min-w-0 gap-2 font-medium sm:col-span-1">
        <span aria-hidden="true" className="text-ink-3">
          →
        </span>
        <ContentView content={change.new} open={open} word="new" />
      </TableCell>
    </div>
  );
}

function Header() {
  return (
    <TableRow className={cx('hidden gap-x-3 border-b border-line-2 px-2 text-xs text-ink-3 sm:grid', GRID)}>
      {['Change', 'Cell', 'Sheet', 'Old', 'New'].map((name) => (
        <ColumnHead key={name} className="py-1">
          {name}
        </ColumnHead>
      ))}
    </TableRow>
  );
}

const ROW_HEIGHT = 29;

/** Cell for cell, in the order of the sheets. However many there are, only those in sight exist. */
export function ChangeTable({ changes }: { readonly changes: readonly CellChange[] }) {
  return (
    <div
      className="flex max-h-[72dvh] flex-col border-t border-line-2"
      style={{ height: Math.max(120, (changes.length + 1) * ROW_HEIGHT + 8) }}
    >
      <VirtualRows
        label="Changed cells"
        count={changes.length}
        columns={5}
        rowHeight={ROW_HEIGHT}
        header={<Header />}
        row={(index) => {
          const change = changes[index];
          return change === undefined ? null : <ChangeRow change={change} index={index} />;
        }}
      />
    </div>
  );
}
