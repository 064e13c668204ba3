import { MoreHorizontal, Plus } from 'lucide-react';
import { useState } from 'react';
import { useChangePerson, usePeople, useResetPassword } from '../api/access.ts';
import { useMay, useSession } from '../api/session.ts';
import type { Person } from '../api/types.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { AddPerson, ChangeRoles } from './person-dialogs.tsx';
import { SecretOnce } from './secret-once.tsx';

type Open =
  | { readonly type: 'add' }
  | { readonly type: 'roles'; readonly person: Person }
  | { readonly type: 'password'; readonly email: string; readonly password: string };

function PersonMenu({
  person,
  onOpen,
  onError,
}: {
  readonly person: Person;
  readonly onOpen: (open: Open) => void;
  readonly onError: (error: unknown) => void;
}) {
  const change = useChangePerson();
  const reset = useResetPassword();
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={`Change ${person.email}`} className="h-[24px]! align-middle">
          <MoreHorizontal size={16} />
        </IconButton>
      }
    >
      <MenuItem onSelect={() => onOpen({ type: 'roles', person })}>Name and roles…</MenuItem>
      <MenuItem
        onSelect={() =>
          reset.mutate(person.id, {
            onSuccess: ({ password }) => onOpen({ type: 'password', email: person.email, password }),
            onError,
          })
        }
      >
        Reset the password…
      </MenuItem>
      <MenuItem onSelect={() => change.mutate({ id: person.id, disabled: !person.disabled }, { onError })}>
        {person.disabled ? 'Let sign in again' : 'Stop from signing in'}
      </MenuItem>
    </Menu>
  );
}

function PersonRow({
  person,
  own,
  onOpen,
  onError,
}: {
  readonly person: Person;
  readonly own: boolean;
  readonly onOpen: (open: Open) => void;
  readonly onError: (error: unknown) => void;
}) {
  const mayManage = useMay('manageAccess');
  return (
    <tr className={person.disabled ? 'text-ink-3' : ''}>
      <td>
        <span className="font-medium">{person.name === '' ? '–' : person.name}</span>
        {own && <span className="text-ink-3"> (you)</span>}
      </td>
      <td>{person.email}</td>
      <td>
        <span className="flex flex-wrap gap-1">
          {person.roles.map((role) => (
            <Tag key={role} tone={role === 'admin' ? 'accent' : 'plain'}>
              {role}
            </Tag>
          ))}
          {person.disabled && <Tag tone="warn">disabled</Tag>}
        </span>
      </td>
      <td className="whitespace-nowrap">
        {person.lastSignInMs === undefined ? (
          <span className="text-ink-3">never</span>
        ) : (
          <Ago at={person.lastSignInMs} />
        )}
      </td>
      <td className="whitespace-nowrap">
        <Moment at={person.createdMs} precision="day" />
      </td>
      <td className="figure">{mayManage && <PersonMenu person={person} onOpen={onOpen} onError={onError} />}</td>
    </tr>
  );
}

function PeopleTable({
  people,
  ownId,
  onOpen,
  onError,
}: {
  readonly people: readonly Person[];
  readonly ownId: string | undefined;
  readonly onOpen: (open: Open) => void;
  readonly onError: (error: unknown) => void;
}) {
  return (
    <TableFrame label="People">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">E-mail address</th>
            <th scope="col">Roles</th>
            <th scope="col">Last sign-in</th>
            <th scope="col">Added</th>
            <th scope="col">
              <span className="sr-only">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <PersonRow key={person.id} person={person} own={person.id === ownId} onOpen={onOpen} onError={onError} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** Who can sign in, and what each may do. */
export function PeoplePart() {
  useTitle('People');
  const people = usePeople();
  const { data: session } = useSession();
  const mayManage = useMay('manageAccess');
  const [open, setOpen] = useState<Open>();
  const [error, setError] = useState<unknown>();
  const close = (): void => setOpen(undefined);
  const showPassword = (email: string, password: string): void => setOpen({ type: 'password', email, password });
  return (
    <Section
      title="People"
      lead="Who can sign in, and what each may do. Every sign-in and every refusal is in the audit log."
      action={
        mayManage && (
          <Button tone="accent" onClick={() => setOpen({ type: 'add' })}>
            <Plus size={14} /> Add a person
          </Button>
        )
      }
    >
      {error !== undefined && <FailureNotice error={error} />}
      {people.isPending && <BoneRows rows={4} label="the people" />}
      {people.isError && <FailureNotice error={people.error} onRetry={() => void people.refetch()} />}
      {people.data !== undefined && (
        <PeopleTable people={people.data.people} ownId={session?.person.id} onOpen={setOpen} onError={setError} />
      )}
      {open?.type === 'add' && <AddPerson onClose={close} onPassword={showPassword} />}
      {open?.type === 'roles' && <ChangeRoles person={open.person} onClose={close} />}
      {open?.type === 'password' && (
        <SecretOnce
          title="Generated password"
          label={`Password of ${open.email}`}
          secret={open.password}
          onDone={close}
        >
          <p className="text-sm text-ink-2">
            Hand it over in person or by another channel than mail. It must be changed at the next sign-in.
          </p>
        </SecretOnce>
      )}
    </Section>
  );
}
