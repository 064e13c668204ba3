import { Link, useLocation } from '@tanstack/react-router';
import {
  AlarmClock,
  BellRing,
  Bug,
  ChartLine,
  Database,
  LogOut,
  type LucideIcon,
  ScrollText,
  Settings2,
  ShieldCheck,
  Table2,
  Vault,
} from 'lucide-react';
import { useMemo } from 'react';
import { type Capability, capabilityRoles, useSession, useSignOut } from '../api/session.ts';
import { cx } from '../base/class-names.ts';
import { IconButton } from '../parts/button.tsx';
import { Brand } from './brand.tsx';
import { keepRange } from './go.ts';

interface Place {
  readonly to:
    | '/trust'
    | '/logs'
    | '/issues'
    | '/explorer'
    | '/alarms'
    | '/alerts'
    | '/databases'
    | '/workbooks'
    | '/vault'
    | '/settings';
  readonly label: string;
  readonly key: string;
  readonly icon: LucideIcon;
  readonly needs?: Capability;
  /** Other addresses that belong to it. */
  readonly also?: readonly string[];
  /** Begins a group: what is watched, what is kept, the console itself. */
  readonly begins?: boolean;
}

const PLACES: readonly Place[] = [
  { to: '/trust', label: 'Trust', key: 't', icon: ShieldCheck },
  { to: '/logs', label: 'Logs', key: 'l', icon: ScrollText, begins: true },
  {
    ...{ to: '/issues', label: 'Issues', key: 'i', icon: Bug, needs: 'readIssues' },
    also: ['/releases', '/crons', '/feedback', '/projects'],
  },
  {
    ...{ to: '/explorer', label: 'Metrics', key: 'm', icon: ChartLine, needs: 'readMetrics' },
    also: ['/dashboards', '/traces'],
  },
  { to: '/alarms', label: 'Alarms', key: 'a', icon: AlarmClock, needs: 'readMetrics' },
  { to: '/alerts', label: 'Alerts', key: 'n', icon: BellRing, needs: 'readNotify' },
  { to: '/databases', label: 'Databases', key: 'd', icon: Database, needs: 'readBackup', begins: true },
  { to: '/workbooks', label: 'Workbooks', key: 'w', icon: Table2, needs: 'readWorkbooks' },
  { to: '/vault', label: 'Vault', key: 'v', icon: Vault, needs: 'readVault' },
  { to: '/settings', label: 'Settings', key: 's', icon: Settings2, begins: true },
];

const keep = keepRange as never;

/** The pages that the signed-in person may read. */
export function usePlaces(): readonly Place[] {
  const { data } = useSession();
  return useMemo(() => {
    const roles = data?.person.roles ?? [];
    return PLACES.filter(
      ({ needs }) => needs === undefined || roles.some((role) => capabilityRoles(needs).includes(role)),
    );
  }, [data]);
}

/** For the entry whose page lies under another address: a link knows only its own. */
function useMarkActive(): (place: Place) => { readonly 'data-status'?: 'active' } {
  const { pathname } = useLocation();
  return ({ also }) => (also?.some((address) => pathname.startsWith(address)) ? { 'data-status': 'active' } : {});
}

/** The rail on the left of a wide screen. */
export function SideNav() {
  const places = usePlaces();
  const markActive = useMarkActive();
  return (
    <nav
      aria-label="Pages"
      className="no-print sticky top-0 hidden h-dvh w-[var(--nav-width)] shrink-0 flex-col border-r border-line bg-sunk md:flex"
    >
      <Link
        to="/trust"
        search={keep}
        aria-label="Holdfast, home"
        className="flex h-[var(--bar-height)] items-center px-4"
      >
        <Brand />
      </Link>
      <ul className="mt-2 flex-1">
        {places.map(({ to, label, key, icon: Icon, begins, ...place }) => (
          <li key={to} className={cx(begins === true && 'mt-3')}>
            <Link
              to={to}
              search={keep}
              {...markActive({ to, label, key, icon: Icon, ...place })}
              className="group flex h-9 items-center gap-2.5 border-l-[3px] border-transparent pr-3 pl-[13px] text-ink-2 hover:text-ink data-[status=active]:border-accent data-[status=active]:bg-paper data-[status=active]:font-semibold data-[status=active]:text-ink"
            >
              <Icon size={16} strokeWidth={1.8} />
              <span className="flex-1">{label}</span>
              <span aria-hidden="true" className="font-mono text-2xs text-ink-3 opacity-0 group-hover:opacity-100">
                g {key}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <Who />
    </nav>
  );
}

function Who() {
  const { data } = useSession();
  const signOut = useSignOut();
  if (!data) return null;
  return (
    <div className="flex items-center gap-1 border-t border-line py-2 pr-2 pl-4">
      <div className="min-w-0 flex-1 text-xs leading-snug">
        <p className="truncate font-medium" title={data.person.email}>
          {data.person.name === '' ? data.person.email : data.person.name}
        </p>
        <p className="truncate text-ink-3">{data.person.roles.join(', ')}</p>
      </div>
      <IconButton label="Sign out" onClick={() => void signOut()}>
        <LogOut size={15} />
      </IconButton>
    </div>
  );
}

/** The bar at the thumb on a phone. */
export function TabBar() {
  const places = usePlaces();
  const signOut = useSignOut();
  const markActive = useMarkActive();
  const item = 'flex h-[52px] min-w-[70px] flex-1 flex-col items-center justify-center gap-0.5 text-2xs text-ink-2';
  return (
    <nav
      aria-label="Pages"
      className="no-print fixed inset-x-0 bottom-0 z-30 flex overflow-x-auto border-t border-line-2 bg-sunk pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map(({ to, label, icon: Icon, ...place }) => (
        <Link
          key={to}
          to={to}
          search={keep}
          {...markActive({ to, label, icon: Icon, ...place })}
          className={cx(item, 'data-[status=active]:font-semibold data-[status=active]:text-accent')}
        >
          <Icon size={19} strokeWidth={1.8} />
          {label}
        </Link>
      ))}
      <button type="button" className={item} onClick={() => void signOut()}>
        <LogOut size={19} strokeWidth={1.8} />
        Sign out
      </button>
    </nav>
  );
}
