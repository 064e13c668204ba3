import { CircleHelp, Monitor, Moon, RefreshCw, Search, Sun } from 'lucide-react';
import { setPreferences, usePreferences } from '../base/preferences.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Menu, MenuChoice, MenuHeading } from '../parts/menu.tsx';
import { BrandMark } from './brand.tsx';
import { useRange } from './range-context.tsx';
import { RangePicker, ZoneSwitch } from './range-picker.tsx';

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const REFRESH = [
  { value: '0', label: 'Only by hand' },
  { value: '10', label: 'Every 10 s' },
  { value: '30', label: 'Every 30 s' },
  { value: '60', label: 'Every minute' },
];

function ThemeMenu() {
  const { theme } = usePreferences();
  const Icon = theme === 'dark' ? Moon : theme === 'light' ? Sun : Monitor;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Theme">
          <Icon size={16} />
        </IconButton>
      }
    >
      <MenuHeading>Theme</MenuHeading>
      <MenuChoice value={theme} choices={THEMES} onChange={(value) => setPreferences({ theme: value as 'system' })} />
    </Menu>
  );
}

function Refresh() {
  const { refresh } = useRange();
  const { refreshSeconds } = usePreferences();
  return (
    <div className="flex">
      <Button
        onClick={refresh}
        aria-label="Refresh"
        title="Read everything again (r)"
        className="rounded-r-none! px-2!"
      >
        <RefreshCw size={14} />
      </Button>
      <Menu
        align="end"
        trigger={
          <Button
            className="rounded-l-none! border-l-0! px-1.5! font-mono text-xs"
            aria-label={`Refresh interval: ${refreshSeconds === 0 ? 'off' : `${refreshSeconds} seconds`}`}
          >
            {refreshSeconds === 0 ? 'off' : `${refreshSeconds}s`}
          </Button>
        }
      >
        <MenuHeading>Refresh</MenuHeading>
        <MenuChoice
          value={String(refreshSeconds)}
          choices={REFRESH}
          onChange={(value) => setPreferences({ refreshSeconds: Number(value) })}
        />
      </Menu>
    </div>
  );
}

export interface TopBarProps {
  readonly title: string;
  readonly showsTime: boolean;
  readonly onPalette: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ title, showsTime, onPalette, onHelp }: TopBarProps) {
  return (
    <header className="no-print sticky top-0 z-20 flex h-[var(--bar-height)] items-center gap-1.5 border-b border-line bg-paper px-3 md:px-6">
      <BrandMark className="size-5 shrink-0 md:hidden" />
      <p className="hidden min-w-0 truncate font-semibold sm:block">{title}</p>
      <div className="flex-1" />
      {showsTime && (
        <>
          <div className="hidden lg:block">
            <ZoneSwitch />
          </div>
          <RangePicker />
        </>
      )}
      <Refresh />
      <Button onClick={onPalette} className="px-2.5!" aria-label="Command palette" title="Command palette (Ctrl K)">
        <Search size={14} />
        <kbd className="hidden text-2xs text-ink-3 lg:inline">Ctrl K</kbd>
      </Button>
      <ThemeMenu />
      <IconButton label="Keyboard help" className="hidden! sm:inline-flex!" onClick={onHelp}>
        <CircleHelp size={16} />
      </IconButton>
    </header>
  );
}
