import { type FormEvent, useState } from 'react';
import { ROLE_CHOICES, useAddPerson, useChangePerson } from '../api/access.ts';
import type { Person, Role } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { CheckList, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';

// People read and decide; sending logs is the work of keys.
const PERSON_ROLES = ROLE_CHOICES.filter(({ value }) => value !== 'sender');

export function AddPerson({
  onClose,
  onPassword,
}: {
  readonly onClose: () => void;
  readonly onPassword: (email: string, password: string) => void;
}) {
  const add = useAddPerson();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['viewer']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate(
      { email: email.trim(), name: name.trim(), roles: [...roles] },
      {
        onSuccess: ({ person, password }) => (password === undefined ? onClose() : onPassword(person.email, password)),
      },
    );
  };
  return (
    <Dialog open onOpenChange={onClose} title="Add a person" description="A password is generated and shown once.">
      <form onSubmit={submit}>
        <TextField
          label="E-mail address"
          type="email"
          required
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Name"
          required
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <CheckList legend="Roles" choices={PERSON_ROLES} chosen={roles} onChange={setRoles} />
        {add.isError && <FailureNotice error={add.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={roles.length === 0 || add.isPending}>
            Add and generate the password
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

export function ChangeRoles({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const change = useChangePerson();
  const [name, setName] = useState(person.name);
  const [roles, setRoles] = useState<readonly Role[]>(person.roles);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ id: person.id, name: name.trim(), roles: [...roles] }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title="Name and roles" description={person.email}>
      <form onSubmit={submit}>
        <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} />
        <CheckList legend="Roles" choices={PERSON_ROLES} chosen={roles} onChange={setRoles} />
        {change.isError && <FailureNotice error={change.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={roles.length === 0 || change.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
