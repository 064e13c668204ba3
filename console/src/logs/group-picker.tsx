import { Layers } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { useLogGroups } from '../api/logs.ts';
import { formatBytes, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { FailureNotice } from '../parts/notice.tsx';

const GROUPS_MAX = 50;

interface GroupPickerProps {
  readonly chosen: readonly string[];
  readonly onChange: (groups: readonly string[]) => void;
}

const describe = (chosen: readonly string[]): string => {
  if (chosen.length === 0) return 'All log groups';
  return chosen.length <= 2 ? chosen.join(', ') : formatPlural(chosen.length, 'log group');
};

function GroupList({ chosen, onChange }: GroupPickerProps) {
  const groups = useLogGroups();
  const [text, setText] = useState('');
  const found = (groups.data?.groups ?? []).filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  const toggle = (name: string): void =>
    onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line p-2">
        <input
          className="control flex-1"
          aria-label="Find a log group"
          placeholder="Find a log group"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button small onClick={() => onChange([])} disabled={chosen.length === 0}>
          All
        </Button>
      </div>
      {groups.isError && <FailureNotice error={groups.error} />}
      <ul className="max-h-[300px] overflow-auto p-1 text-sm">
        {found.map(({ name, storedBytes, storageClass }) => (
          <li key={name}>
            <label className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-accent-soft">
              <input
                type="checkbox"
                className="accent-[var(--accent)]"
                checked={chosen.includes(name)}
                disabled={!chosen.includes(name) && chosen.length >= GROUPS_MAX}
                onChange={() => toggle(name)}
              />
              <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
              <span className="text-xs text-ink-3">
                {storageClass === 'infrequent' && 'infrequent · '}
                {formatBytes(storedBytes)}
              </span>
            </label>
          </li>
        ))}
        {groups.data !== undefined && found.length === 0 && (
          <li className="px-2 py-3 text-ink-2">No log group has that in its name.</li>
        )}
      </ul>
    </>
  );
}

/** Which groups are asked; none chosen means all that the person may read. */
export function GroupPicker(props: GroupPickerProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button className="max-w-[min(420px,60vw)]" aria-label={`Log groups: ${describe(props.chosen)}`}>
          <Layers size={14} className="shrink-0 text-ink-3" />
          <span className="truncate">{describe(props.chosen)}</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Log groups"
          className="floating w-[min(440px,calc(100vw-16px))]"
        >
          <GroupList {...props} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
