import { type FormEvent, useState } from 'react';
import { ROLE_CHOICES, SCOPES, useCreateKey } from '../api/access.ts';
import type { KeyCreate, KeyCreated, Role } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { CheckList, Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';

const DAY_MS = 86_400_000;
const EXPIRIES = [
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
  { value: '', label: 'never' },
];

const SCOPE_CHOICES = SCOPES.map((scope) => ({ value: scope as string, label: scope }));

function Expiry({ days, onChange }: { readonly days: string; readonly onChange: (days: string) => void }) {
  return (
    <Field label="Expires">
      {({ id }) => (
        <select id={id} className="control" value={days} onChange={(event) => onChange(event.target.value)}>
          {EXPIRIES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface Wanted {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly string[];
  /** Until it expires; empty for never. */
  readonly days: string;
}

const requestOf = ({ name, roles, scopes, days }: Wanted): KeyCreate => ({
  name: name.trim(),
  roles: [...roles],
  ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
  ...(days === '' ? {} : { expiresMs: Date.now() + Number(days) * DAY_MS }),
});

export function CreateKey({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (key: KeyCreated) => void;
}) {
  const create = useCreateKey();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['sender']);
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [days, setDays] = useState('365');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(requestOf({ name, roles, scopes, days }), { onSuccess: onMade });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title="Create a key"
      description="Give each program its own, with as little as it needs: then one can be revoked alone."
    >
      <form onSubmit={submit}>
        <TextField
          label="Name"
          hint="What uses it, and where: “collector in eu-central-1”."
          required
          maxLength={200}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <CheckList legend="Roles" choices={ROLE_CHOICES} chosen={roles} onChange={setRoles} />
        <CheckList
          legend="Narrowed to"
          hint="None chosen: all that the roles allow."
          choices={SCOPE_CHOICES}
          chosen={scopes}
          onChange={setScopes}
          columns
        />
        <Expiry days={days} onChange={setDays} />
        {create.isError && <FailureNotice error={create.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={roles.length === 0 || create.isPending}>
            Create the key
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
