import { cx } from '../base/class-names.ts';

export type ChangeKind = 'added' | 'removed' | 'changed' | 'renamed';

const PATHS: Record<ChangeKind, string> = {
  added: 'M8 2.5v11M2.5 8h11',
  removed: 'M2.5 8h11',
  changed: 'M8 2.5 14 13H2Z',
  renamed: 'M2.5 8h10M9 4.2 12.8 8 9 11.8',
};

// Not the colours of states: a removed cell is no failure, and an added one no proof.
const COLOURS: Record<ChangeKind, string> = {
  added: 'text-accent',
  removed: 'text-[var(--series-2)]',
  changed: 'text-[var(--series-4)]',
  renamed: 'text-ink-2',
};

const isKind = (type: string): type is ChangeKind => type in PATHS;

/** Shape, word and colour of a change: plus, minus, triangle, arrow. */
export function ChangeWord({ type }: { readonly type: string }) {
  const kind = isKind(type) ? type : 'changed';
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap', COLOURS[kind])}>
      <svg viewBox="0 0 16 16" aria-hidden="true" className="size-3 shrink-0">
        <path d={PATHS[kind]} fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinejoin="round" />
      </svg>
      {type}
    </span>
  );
}
