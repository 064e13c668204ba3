import type { ReactNode } from 'react';
import { cx } from '../base/class-names.ts';

interface ScrollableProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/**
 * A box that may be smaller than what is in it: it takes the focus, so that arrow keys scroll it (WCAG 2.1.1). Positioned, because
 * what is hidden from sight is placed absolutely and would widen the page from within it.
 */
export function Scrollable({ label, className, children }: ScrollableProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls, and this is a named box of anything.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus its hidden part cannot be reached by keyboard.
    <div role="group" aria-label={label} tabIndex={0} className={cx('relative', className)}>
      {children}
    </div>
  );
}
