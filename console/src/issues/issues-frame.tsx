import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepRange } from '../shell/go.ts';
import { ISSUE_PLACES } from './places.ts';

/** The pages about errors, one beside the other. */
export function IssuesFrame({
  heading,
  children,
}: {
  /** For who hears the page, where nothing on it is its title. */
  readonly heading?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="mx-auto max-w-[1400px] px-4 py-5 md:px-8">
      {heading !== undefined && <h1 className="sr-only">{heading}</h1>}
      <nav
        aria-label="Errors"
        className="-mx-4 mb-5 flex gap-0.5 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0"
      >
        {ISSUE_PLACES.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            search={keepRange as never}
            activeOptions={{ includeSearch: false }}
            className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink data-[status=active]:border-accent data-[status=active]:font-semibold data-[status=active]:text-ink"
          >
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </div>
  );
}
