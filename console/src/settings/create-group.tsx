import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import type { LogGroup } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { retentionWords } from './retention-dialog.tsx';

const RETENTION_FIRST = 30;

interface Wanted {
  readonly name: string;
  readonly retentionDays: number;
  readonly storageClass: LogGroup['storageClass'];
}

function useCreateGroup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Wanted) => call<LogGroup>('POST', '/logs/groups', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['log-groups'] }),
  });
}

interface SelectFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

function SelectField({ label, hint, value, choices, onChange }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {({ id, describedBy }) => (
        <select
          id={id}
          aria-describedby={describedBy}
          className="control w-full"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {choices.map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** For clients that write only into groups that exist, and for a retention from the first record on. */
export function CreateGroup({
  choices,
  onClose,
}: {
  readonly choices: readonly number[];
  readonly onClose: () => void;
}) {
  const create = useCreateGroup();
  const [wanted, setWanted] = useState<Wanted>({ name: '', retentionDays: RETENTION_FIRST, storageClass: 'standard' });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ ...wanted, name: wanted.name.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title="Create a log group">
      <form onSubmit={submit}>
        <TextField
          label="Name"
          mono
          required
          autoComplete="off"
          placeholder="/app/web"
          value={wanted.name}
          onChange={(event) => setWanted({ ...wanted, name: event.target.value })}
        />
        <SelectField
          label="Keep records"
          value={String(wanted.retentionDays)}
          choices={choices.map((days) => [String(days), retentionWords(days)])}
          onChange={(days) => setWanted({ ...wanted, retentionDays: Number(days) })}
        />
        <SelectField
          label="Class"
          hint="It cannot be changed later."
          value={wanted.storageClass}
          choices={[
            ['standard', 'standard – words are indexed, searches are fast'],
            ['infrequent', 'infrequent – cheaper to write, searches read everything'],
          ]}
          onChange={(storageClass) => setWanted({ ...wanted, storageClass: storageClass as Wanted['storageClass'] })}
        />
        {create.isError && <FailureNotice error={create.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={create.isPending}>
            Create the log group
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
