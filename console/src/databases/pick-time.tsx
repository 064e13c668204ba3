import { type FormEvent, useState } from 'react';
import { formatTime, parseTime, type Zone, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';

/** A time as people type it: on the chosen clock, or with its own `Z` or `+02:00` behind it. */
export function readTyped(text: string, zone: Zone): number | undefined {
  const trimmed = text.trim();
  if (!/\d(?:Z|[+-]\d\d:?\d\d)$/.test(trimmed) || !/[T ]\d\d:/.test(trimmed)) return parseTime(trimmed, zone);
  const timeMs = Date.parse(trimmed.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** For those who know the second: typed, with the clock that it is of. */
export function PickTime({
  chosenMs,
  onPick,
}: {
  readonly chosenMs: number | undefined;
  readonly onPick: (timeMs: number) => void;
}) {
  const { zone: preferred } = usePreferences();
  const [zone, setZone] = useState<Zone>(preferred);
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState(false);
  const now = Date.now();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const timeMs = typed === undefined ? chosenMs : readTyped(typed, zone);
    setWrong(timeMs === undefined);
    if (timeMs === undefined) return;
    setTyped(undefined);
    onPick(timeMs);
  };
  return (
    <form onSubmit={submit} className="no-print">
      <div className="flex flex-wrap gap-1.5">
        <input
          className="control w-[190px] font-mono"
          aria-label="Time to restore to"
          aria-invalid={wrong}
          aria-describedby={wrong ? 'pick-time-error' : undefined}
          autoComplete="off"
          placeholder={formatTime(now - 60_000, zone)}
          value={typed ?? (chosenMs === undefined ? '' : formatTime(chosenMs, zone))}
          onChange={(event) => setTyped(event.target.value)}
        />
        <select
          className="control"
          aria-label="Clock of the time"
          value={zone}
          onChange={(event) => setZone(event.target.value as Zone)}
        >
          <option value="local">{zoneName('local', chosenMs ?? now)}, here</option>
          <option value="utc">UTC</option>
        </select>
        <Button type="submit">Pick</Button>
      </div>
      {wrong && (
        <p id="pick-time-error" role="alert" className="mt-1 text-xs font-medium text-broken">
          Write it as {formatTime(now, zone)} or with its zone as {new Date(now).toISOString().slice(0, 19)}Z.
        </p>
      )}
    </form>
  );
}
