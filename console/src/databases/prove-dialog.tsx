import { type FormEvent, useState } from 'react';
import { useProveNow } from '../api/backup.ts';
import type { ProofRequest } from '../api/types.ts';
import { formatTime, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { readTyped } from './pick-time.tsx';

const CHOICES: readonly (readonly [ProofRequest['choice'], string, string])[] = [
  ['newest', 'The newest second', 'what would be lost if the source were gone now'],
  ['random-second', 'A random second of the window', 'whether every second is there'],
  ['random-day', 'A random kept day', 'whether an old snapshot still comes back'],
  ['given', 'A chosen second', ''],
];

/** Which moment a drill restores; the rest it does by itself. */
export function ProveDialog({
  name,
  chosenMs,
  onClose,
}: {
  readonly name: string;
  readonly chosenMs: number | undefined;
  readonly onClose: () => void;
}) {
  const { zone } = usePreferences();
  const prove = useProveNow(name);
  const [choice, setChoice] = useState<ProofRequest['choice']>(chosenMs === undefined ? 'newest' : 'given');
  const [typed, setTyped] = useState(chosenMs === undefined ? '' : formatTime(chosenMs, zone));
  const targetMs = choice === 'given' ? readTyped(typed, zone) : undefined;
  const unreadable = choice === 'given' && typed !== '' && targetMs === undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    prove.mutate({ choice, ...(targetMs === undefined ? {} : { targetMs }) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Prove that ${name} can be restored`}
      description="It is restored aside, started, checked, measured and removed again; the database itself is not touched."
    >
      <form onSubmit={submit}>
        <fieldset className="mb-3.5">
          <legend className="mb-1 text-sm font-medium">Restore to</legend>
          {CHOICES.map(([value, label, help]) => (
            <label key={value} className="flex min-h-[26px] items-baseline gap-2 text-sm">
              <input
                type="radio"
                name="choice"
                className="size-4 shrink-0 self-center accent-[var(--accent)]"
                checked={choice === value}
                onChange={() => setChoice(value)}
              />
              <span>
                {label}
                {help !== '' && <span className="text-ink-3"> – {help}</span>}
              </span>
            </label>
          ))}
        </fieldset>
        {choice === 'given' && (
          <TextField
            label={`Second, ${zoneName(zone, Date.now())}`}
            mono
            autoComplete="off"
            placeholder={formatTime(Date.now() - 60_000, zone)}
            error={unreadable ? `Write it as ${formatTime(Date.now(), zone)}.` : undefined}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {prove.isError && <FailureNotice error={prove.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="accent"
            type="submit"
            disabled={prove.isPending || (choice === 'given' && targetMs === undefined)}
          >
            {prove.isPending ? 'Beginning…' : 'Prove now'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
