import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { Dialog as Radix } from 'radix-ui';
import { type KeyboardEvent, useMemo, useState } from 'react';
import type { AlarmList } from '../api/alarms.ts';
import type { IssuePage, Projects } from '../api/issue-types.ts';
import type { DatabaseStatuses, LogGroups, Trust, Workbooks } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { readPreferences, setPreferences } from '../base/preferences.ts';
import { describeLength, PRESETS } from '../base/time-range.ts';
import { ISSUE_PLACES } from '../issues/places.ts';
import { DASHBOARD_PLACES } from '../metrics/dashboard-places.ts';
import { SETTINGS_PLACES } from '../settings/places.ts';
import { useGo } from './go.ts';
import { usePlaces } from './nav.tsx';
import { useRange } from './range-context.tsx';

interface Command {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly run: () => void;
}

const SHOWN_MAX = 60;

/** Everything that can be done from anywhere: pages, promises and log groups already known, time, theme. */
function useCommands(openHelp: () => void): readonly Command[] {
  const client = useQueryClient();
  const go = useGo();
  const places = usePlaces();
  const { setRange, refresh } = useRange();
  return useMemo(() => {
    const pages = places.map((place) => ({ group: 'Go to', label: place.label, run: () => go(place.to) }));
    const settings = SETTINGS_PLACES.map((place) => ({
      group: 'Settings',
      label: place.label,
      run: () => go(place.to),
    }));
    const promises = client.getQueryData<Trust>(['trust'])?.promises ?? [];
    const groups = client.getQueryData<LogGroups>(['log-groups'])?.groups ?? [];
    const workbooks = client.getQueryData<InfiniteData<Workbooks>>(['workbooks', ''])?.pages[0]?.workbooks ?? [];
    const alarms = client.getQueryData<AlarmList>(['alarms', ''])?.alarms ?? [];
    const projects = client.getQueryData<Projects>(['projects'])?.projects ?? [];
    const issues = client
      .getQueriesData<InfiniteData<IssuePage>>({ queryKey: ['issues'] })
      .flatMap(([, data]) => data?.pages[0]?.issues ?? []);
    const databases = client.getQueryData<DatabaseStatuses>(['databases'])?.sources ?? [];
    const rest = [
      ...databases.map(({ source }) => ({
        group: 'Database',
        label: source.name,
        run: () => go(`/databases/${encodeURIComponent(source.name)}`),
      })),
      ...DASHBOARD_PLACES.map(({ name, label }) => ({
        group: 'Dashboard',
        label,
        run: () => go(`/dashboards/${name}`),
      })),
      { group: 'Go to', label: 'Traces', run: () => go('/traces') },
      ...ISSUE_PLACES.slice(1).map((place) => ({ group: 'Go to', label: place.label, run: () => go(place.to) })),
      ...projects.flatMap(({ slug, name }) => [
        { group: 'Issues of', label: name, run: () => go('/issues', { project: [slug] }) },
        { group: 'Project', label: name, run: () => go(`/projects/${slug}`) },
      ]),
      ...issues.map(({ issue }) => ({
        group: 'Issue',
        label: `${issue.shortId} ${issue.title}`,
        run: () => go(`/issues/${issue.id}`),
      })),
      ...alarms.map(({ alarmName }) => ({
        group: 'Alarm',
        label: alarmName,
        run: () => go(`/alarms/${encodeURIComponent(alarmName)}`),
      })),
      ...workbooks.map(({ name }) => ({
        group: 'Workbook',
        label: name,
        run: () => go(`/workbooks/${encodeURIComponent(name)}`),
      })),
      ...groups.map(({ name }) => ({ group: 'Logs of', label: name, run: () => go('/logs', { group: [name] }) })),
      ...promises.map(({ id, title }) => ({
        group: 'Evidence',
        label: `${id} ${title}`,
        run: () => go('/trust', { promise: id }),
      })),
      ...PRESETS.map((preset) => ({
        group: 'Time',
        label: `Show the ${describeLength(preset)}`,
        run: () => setRange({ from: `-${preset}` }),
      })),
      {
        group: 'Time',
        label: 'Switch between local time and UTC',
        run: () => setPreferences({ zone: readPreferences().zone === 'utc' ? 'local' : 'utc' }),
      },
      { group: 'Console', label: 'Refresh', run: refresh },
      ...(['light', 'dark', 'system'] as const).map((theme) => ({
        group: 'Console',
        label: `Theme: ${theme}`,
        run: () => setPreferences({ theme }),
      })),
      { group: 'Console', label: 'Keyboard help', run: openHelp },
    ];
    return [...pages, ...settings, ...rest].map((command, index) => ({ ...command, id: `command-${index}` }));
  }, [client, go, places, setRange, refresh, openHelp]);
}

const matching = (commands: readonly Command[], text: string): readonly Command[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .filter(({ group, label }) => words.every((word) => `${group} ${label}`.toLowerCase().includes(word)))
    .slice(0, SHOWN_MAX);
};

function CommandList({
  commands,
  active,
  onRun,
  onActive,
}: {
  readonly commands: readonly Command[];
  readonly active: number;
  readonly onRun: (command: Command) => void;
  readonly onActive: (index: number) => void;
}) {
  if (commands.length === 0) return <p className="px-4 py-5 text-sm text-ink-2">Nothing here has that name.</p>;
  return (
    <div
      role="listbox"
      id="palette-list"
      aria-label="Commands"
      className="max-h-[min(420px,60dvh)] overflow-auto p-1.5"
    >
      {commands.map((command, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the input that keeps the focus (combobox pattern).
        <div
          key={command.id}
          id={command.id}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          ref={index === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : null}
          onClick={() => onRun(command)}
          onMouseMove={() => onActive(index)}
          className={cx(
            'flex cursor-pointer items-baseline gap-3 rounded-md px-2.5 py-1.5 text-sm',
            index === active && 'bg-accent-soft',
          )}
        >
          <span className="w-16 shrink-0 text-xs text-ink-3">{command.group}</span>
          <span className="truncate">{command.label}</span>
        </div>
      ))}
    </div>
  );
}

function PaletteBody({ onDone, onHelp }: { readonly onDone: () => void; readonly onHelp: () => void }) {
  const commands = useCommands(onHelp);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const shown = matching(commands, text);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onDone();
    command.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((index) => (index + step + shown.length) % Math.max(shown.length, 1));
    }
    if (event.key === 'Enter') run(shown[active]);
  };
  return (
    <>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-label="Search commands"
        aria-activedescendant={shown[active]?.id}
        value={text}
        placeholder="Go to, show, search logs of…"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-md outline-none"
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
      />
      <CommandList commands={shown} active={active} onRun={run} onActive={setActive} />
    </>
  );
}

interface PaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onHelp: () => void;
}

export function Palette({ open, onOpenChange, onHelp }: PaletteProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          aria-describedby={undefined}
          className="floating fixed top-[12dvh] left-1/2 w-[calc(100vw-24px)] max-w-[560px] -translate-x-1/2 overflow-hidden"
        >
          <Radix.Title className="sr-only">Command palette</Radix.Title>
          <PaletteBody onDone={() => onOpenChange(false)} onHelp={onHelp} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
