import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepRange } from '../shell/go.ts';
import { DASHBOARD_PLACES } from './dashboard-places.ts';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink data-[status=active]:border-accent data-[status=active]:font-semibold data-[status=active]:text-ink';

const keep = keepRange as never;

/** The pages about numbers, one beside the other: what somebody composes, what is ready, and traces. */
export function MetricsFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="mx-auto max-w-[1320px] px-4 py-5 md:px-8">
      <nav
        aria-label="Metrics"
        className="-mx-4 mb-5 flex gap-0.5 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0"
      >
        <Link to="/explorer" search={keep} activeOptions={{ exact: true, includeSearch: false }} className={TAB}>
          Explorer
        </Link>
        {DASHBOARD_PLACES.map(({ name, label }) => (
          <Link
            key={name}
            to="/dashboards/$name"
            params={{ name }}
            search={keep}
            activeOptions={{ includeSearch: false }}
            className={TAB}
          >
            {label}
          </Link>
        ))}
        <Link to="/traces" search={keep} activeOptions={{ includeSearch: false }} className={TAB}>
          Traces
        </Link>
      </nav>
      {children}
    </div>
  );
}
