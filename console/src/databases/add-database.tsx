import { type FormEvent, useState } from 'react';
import { useAddDatabase } from '../api/backup.ts';
import type { DatabaseInput } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { ROLE_SQL } from './first-database.tsx';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const WINDOWS = [
  [24 * HOUR_MS, '24 hours'],
  [48 * HOUR_MS, '48 hours'],
  [7 * DAY_MS, '7 days'],
  [14 * DAY_MS, '14 days'],
] as const;
const DAILIES = [
  [30 * DAY_MS, '30 days'],
  [60 * DAY_MS, '60 days'],
  [90 * DAY_MS, '90 days'],
  [365 * DAY_MS, '365 days'],
] as const;

function Choice({
  label,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly (readonly [number, string])[];
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <Field label={label}>
      {({ id }) => (
        <select
          id={id}
          className="control w-full"
          value={value}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {choices.map(([ms, text]) => (
            <option key={ms} value={ms}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Name, address, and how much of the past is wanted; the rest has defaults and can be changed by the command. */
export function AddDatabase({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: (name: string) => void;
}) {
  const add = useAddDatabase();
  const [wanted, setWanted] = useState<DatabaseInput>({
    name: '',
    url: '',
    windowMs: 24 * HOUR_MS,
    dailyKeptMs: 60 * DAY_MS,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const name = wanted.name.trim();
    add.mutate({ ...wanted, name, url: wanted.url.trim() }, { onSuccess: () => onAdded(name) });
  };
  return (
    <Dialog open wide onOpenChange={onClose} title="Add a database">
      <form onSubmit={submit}>
        <TextField
          label="Name"
          hint="Lower-case letters, digits and -. It stands in everything that is stored and never changes."
          mono
          required
          autoComplete="off"
          placeholder="orders"
          value={wanted.name}
          onChange={(event) => setWanted({ ...wanted, name: event.target.value })}
        />
        <TextField
          label="Address"
          hint="Several hosts with commas between them when it may fail over. The password is sealed and never shown again."
          mono
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="postgresql://holdfast:…@db.example.net:5432/orders?sslmode=verify-full"
          value={wanted.url}
          onChange={(event) => setWanted({ ...wanted, url: event.target.value })}
        />
        <div className="grid gap-x-4 sm:grid-cols-2">
          <Choice
            label="Every second restorable for"
            choices={WINDOWS}
            value={wanted.windowMs ?? 0}
            onChange={(windowMs) => setWanted({ ...wanted, windowMs })}
          />
          <Choice
            label="A restore point of each day for"
            choices={DAILIES}
            value={wanted.dailyKeptMs ?? 0}
            onChange={(dailyKeptMs) => setWanted({ ...wanted, dailyKeptMs })}
          />
        </div>
        <details className="mb-3.5 text-sm">
          <summary className="min-h-6 text-accent">The role that the address names, made on the database</summary>
          <Snippet label="SQL that makes the role" text={ROLE_SQL} className="mt-1.5" />
        </details>
        {add.isError && <FailureNotice error={add.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={add.isPending}>
            {add.isPending ? 'Connecting…' : 'Add the database'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
