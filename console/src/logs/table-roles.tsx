import type { ComponentProps } from 'react';

/**
 * The roles of a table for rows that stand where their scroll position puts them. Real table elements lose their
 * meaning to screen readers as soon as they are laid out as a grid, so the roles are written.
 */

// biome-ignore-start lint/a11y/useSemanticElements: see above.
// biome-ignore-start lint/a11y/useFocusableInteractive: only rows of an interactive grid take the focus; this is a table.
export const RowGroup = (props: ComponentProps<'div'>) => <div role="rowgroup" {...props} />;
export const TableRow = (props: ComponentProps<'div'>) => <div role="row" {...props} />;
export const TableCell = (props: ComponentProps<'div'>) => <div role="cell" {...props} />;
export const ColumnHead = (props: ComponentProps<'div'>) => <div role="columnheader" {...props} />;

export function TableBox(props: ComponentProps<'div'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1).
    <div role="table" tabIndex={0} {...props} />
  );
}
// biome-ignore-end lint/a11y/useFocusableInteractive: see above.
// biome-ignore-end lint/a11y/useSemanticElements: see above.
