import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAlarm } from '../api/alarms.ts';
import type { AlarmView, CompositeAlarm } from '../api/types.ts';
import { formatDuration, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { Bone } from '../parts/skeleton.tsx';
import { keepRange } from '../shell/go.ts';
import { AlarmState } from './alarm-state.tsx';

type Child = NonNullable<AlarmView['children']>[number];

const AlarmLink = ({ name }: { readonly name: string }) => (
  <Link
    to="/alarms/$name"
    params={{ name }}
    search={keepRange as never}
    className="min-w-0 font-medium break-all text-accent underline decoration-line-2 underline-offset-2"
  >
    {name}
  </Link>
);

/** One alarm of the rule; a composite one opens to its own, which are read then. */
function Branch({ child }: { readonly child: Child }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-line py-1.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="min-w-36">
          <AlarmState state={child.stateValue} />
        </span>
        <AlarmLink name={child.alarmName} />
        {child.type === 'CompositeAlarm' && (
          <Button small tone="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Close' : 'Open its rule'}
          </Button>
        )}
      </div>
      {open && <Grandchildren name={child.alarmName} />}
    </li>
  );
}

function Grandchildren({ name }: { readonly name: string }) {
  const view = useAlarm(name, undefined);
  if (view.data === undefined) return <Bone className="my-2 w-48" />;
  return (
    <div className="mt-1 ml-2 border-l border-line-2 pl-4">
      {view.data.alarm.type === 'CompositeAlarm' && (
        <p className="font-mono text-xs break-words text-ink-2">{view.data.alarm.alarmRule}</p>
      )}
      <Branches items={view.data.children ?? []} />
    </div>
  );
}

const Branches = ({ items }: { readonly items: readonly Child[] }) => (
  <ul>
    {items.map((child) => (
      <Branch key={child.alarmName} child={child} />
    ))}
  </ul>
);

const SUPPRESSED_BY: Readonly<Record<string, string>> = {
  Alarm: 'that alarm goes',
  WaitPeriod: 'the time to wait for that alarm runs',
  ExtensionPeriod: 'the time after that alarm runs',
};

function Suppression({ alarm }: { readonly alarm: CompositeAlarm }) {
  const { actionsSuppressor: name, actionsSuppressedBy: by } = alarm;
  if (name === undefined) return null;
  const wait = formatDuration((alarm.actionsSuppressorWaitPeriod ?? 0) * 1000);
  const extension = formatDuration((alarm.actionsSuppressorExtensionPeriod ?? 0) * 1000);
  return (
    <div className="mt-4">
      <Notice
        tone={by === undefined ? 'plain' : 'warn'}
        title={by === undefined ? 'Another alarm can hold back its actions.' : 'Its actions are held back now.'}
      >
        While <AlarmLink name={name} /> goes, nobody is told; a change waits {wait} for it, and {extension} after it.
        {by !== undefined && <> Held back because {SUPPRESSED_BY[by] ?? by}.</>} {alarm.actionsSuppressedReason}
      </Notice>
    </div>
  );
}

/** What a composite alarm is made of: the rule, and each alarm in it with its state. */
export function AlarmTree({ alarm, items }: { readonly alarm: CompositeAlarm; readonly items: readonly Child[] }) {
  const going = items.filter(({ stateValue }) => stateValue === 'ALARM').length;
  return (
    <Section title="What it is made of" lead={`${going} of ${formatPlural(items.length, 'alarm')} in alarm.`}>
      <p className="mb-2 border border-line bg-sunk px-3 py-2 font-mono text-xs break-words">{alarm.alarmRule}</p>
      <Branches items={items} />
      <Suppression alarm={alarm} />
    </Section>
  );
}
