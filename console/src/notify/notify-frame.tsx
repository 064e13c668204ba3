import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepRange } from '../shell/go.ts';

const PLACES = [
  { to: '/alerts', label: 'Alerts', exact: true },
  { to: '/alerts/silences', label: 'Silences', exact: false },
  { to: '/alerts/channels', label: 'Channels and routes', exact: false },
] as const;

/** The three pages about telling people, one beside the other. */
export function NotifyFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-5 md:px-8">
      <nav
        aria-label="Alerts"
        className="-mx-4 mb-6 flex gap-0.5 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0"
      >
        {PLACES.map(({ to, label, exact }) => (
          <Link
            key={to}
            to={to}
            search={keepRange as never}
            activeOptions={{ exact, includeSearch: false }}
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
