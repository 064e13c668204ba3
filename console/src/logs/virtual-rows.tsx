import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useRef } from 'react';
import { RowGroup, TableBox, TableRow } from './table-roles.tsx';

interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  readonly columns: number;
  readonly header: ReactNode;
  readonly row: (index: number) => ReactNode;
  readonly rowHeight: number;
  /** Width of all columns together where it may exceed the box. */
  readonly minWidth?: number;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 };

/** A table of any length: only the rows in sight exist. Arrow keys move from row to row. */
export function VirtualRows(props: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: props.count,
    getScrollElement: () => box.current,
    estimateSize: () => props.rowHeight,
    overscan: 12,
  });
  const width = { '--rows-width': `${props.minWidth ?? 0}px` } as CSSProperties;
  const onKey = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const at = Number(
      (event.target as HTMLElement).closest<HTMLElement>('[data-row-button]')?.dataset.rowButton ?? Number.NaN,
    );
    if (step === undefined || Number.isNaN(at)) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(props.count - 1, at + step));
    virtual.scrollToIndex(next);
    const focusRow = (): boolean => {
      const button = box.current?.querySelector<HTMLElement>(`[data-row-button="${next}"]`);
      button?.focus();
      return button !== null && button !== undefined;
    };
    // A row out of sight comes into being with the scroll, so it is looked for again after the next paint.
    if (!focusRow()) requestAnimationFrame(focusRow);
  };
  return (
    <TableBox
      ref={box}
      aria-label={props.label}
      aria-rowcount={props.count + 1}
      aria-colcount={props.columns}
      onKeyDown={onKey}
      className="min-h-0 flex-1 overflow-auto focus-visible:outline-offset-[-2px]"
    >
      <RowGroup className="sticky top-0 z-10 bg-paper sm:min-w-(--rows-width)" style={width}>
        {props.header}
      </RowGroup>
      <RowGroup className="relative sm:min-w-(--rows-width)" style={{ ...width, height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <TableRow
            key={item.key}
            aria-rowindex={item.index + 2}
            data-index={item.index}
            ref={virtual.measureElement}
            className="absolute top-0 left-0 w-full"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {props.row(item.index)}
          </TableRow>
        ))}
      </RowGroup>
    </TableBox>
  );
}
