import { Link, Outlet } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { keepRange } from '../shell/go.ts';
import { mayOf } from './may.ts';
import { SETTINGS_PLACES } from './places.ts';

/** Who may do what, what is kept how long, and how Holdfast itself is. */
export function SettingsPage() {
  const { data } = useSession();
  const places = SETTINGS_PLACES.filter(({ needs }) => needs === undefined || mayOf(data, needs));
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-5 md:px-8">
      <h1 className="sr-only">Settings</h1>
      <nav
        aria-label="Settings"
        className="-mx-4 mb-6 flex gap-0.5 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0"
      >
        {places.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            search={keepRange as never}
            className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink data-[status=active]:border-accent data-[status=active]:font-semibold data-[status=active]:text-ink"
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
