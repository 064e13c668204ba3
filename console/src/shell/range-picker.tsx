import { Clock } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { cx } from '../base/class-names.ts';
import { formatTime, parseTime, type Zone, zoneName } from '../base/format.ts';
import { setPreferences, usePreferences } from '../base/preferences.ts';
import { absoluteRange, describeLength, describeRange, isRelative, PRESETS, parseLength } from '../base/time-range.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { type ActiveRange, useRange } from './range-context.tsx';

function Presets({ range, onDone }: { readonly range: ActiveRange; readonly onDone: () => void }) {
  const current = isRelative(range.text) ? (range.text.from ?? '-1h') : '';
  return (
    <fieldset className="grid grid-cols-2 gap-1">
      <legend className="mb-1.5 text-xs text-ink-3">Up to now</legend>
      {PRESETS.map((preset) => (
        <Button
          key={preset}
          tone={current === `-${preset}` ? 'accent' : 'quiet'}
          aria-pressed={current === `-${preset}`}
          className="justify-start!"
          onClick={() => {
            range.setRange({ from: `-${preset}` });
            onDone();
          }}
        >
          {describeLength(preset)}
        </Button>
      ))}
    </fieldset>
  );
}

/** Either a length (`90m`) or two times; says which of the two it cannot read. */
function readAbsolute(from: string, to: string, zone: Zone): { from?: string; to?: string; error?: string } {
  if (parseLength(from.replace(/^-/, '')) !== undefined) return { from: `-${from.replace(/^-/, '')}` };
  const startMs = parseTime(from, zone);
  const endMs = to.trim() === '' || to.trim() === 'now' ? Date.now() : parseTime(to, zone);
  if (startMs === undefined) return { error: 'From is no time. Write 2026-11-22 17:06 or a length such as 90m.' };
  if (endMs === undefined) return { error: 'To is no time. Write 2026-11-22 17:06 or leave it empty for now.' };
  if (endMs <= startMs) return { error: 'To must be later than From.' };
  const { from: start = '', to: end = '' } = absoluteRange({ startMs, endMs });
  return { from: start, to: end };
}

function AbsoluteForm({ range, onDone }: { readonly range: ActiveRange; readonly onDone: () => void }) {
  const { zone } = usePreferences();
  const [from, setFrom] = useState(() => formatTime(range.startMs, zone));
  const [to, setTo] = useState(() => formatTime(range.endMs, zone));
  const [error, setError] = useState<string>();
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    const read = readAbsolute(from, to, zone);
    if (read.error !== undefined) {
      setError(read.error);
      return;
    }
    range.setRange({ from: read.from, to: read.to });
    onDone();
  };
  return (
    <form onSubmit={apply} className="border-line sm:border-l sm:pl-4">
      <TextField
        label={`From (${zoneName(zone, range.startMs)})`}
        mono
        value={from}
        error={error}
        onChange={(event) => setFrom(event.target.value)}
      />
      <TextField label="To" mono value={to} onChange={(event) => setTo(event.target.value)} placeholder="now" />
      <div className="flex items-center justify-between gap-2">
        <ZoneSwitch />
        <Button tone="accent" type="submit">
          Show
        </Button>
      </div>
    </form>
  );
}

/** Local or UTC, for every time on the page. */
export function ZoneSwitch() {
  const { zone } = usePreferences();
  const next = zone === 'utc' ? 'local' : 'utc';
  return (
    <Button
      tone="quiet"
      onClick={() => setPreferences({ zone: next })}
      title="Local time or UTC (u)"
      className="px-2! font-mono text-xs"
    >
      {zoneName(zone, Date.now())}
    </Button>
  );
}

export function RangePicker() {
  const range = useRange();
  const { zone } = usePreferences();
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button
          className={cx('max-w-full min-w-0', !isRelative(range.text) && 'font-mono text-xs')}
          aria-label={`Time range: ${describeRange(range.text, zone, range.endMs)}`}
        >
          <Clock size={14} className="shrink-0 text-ink-3" />
          <span className="truncate first-letter:uppercase">{describeRange(range.text, zone, range.endMs)}</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Time range"
          className="floating grid w-[min(560px,calc(100vw-16px))] gap-4 p-4 sm:grid-cols-2"
        >
          <Presets range={range} onDone={() => setOpen(false)} />
          <AbsoluteForm key={zone} range={range} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
