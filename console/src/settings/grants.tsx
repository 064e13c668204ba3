import { type FormEvent, useState } from 'react';
import { ROLE_CHOICES, useCreateGrant, useGrants, useKeys, usePeople, useRemoveGrant } from '../api/access.ts';
import { useLogGroups } from '../api/logs.ts';
import { useMay } from '../api/session.ts';
import type { Grant } from '../api/types.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

type Subject = Grant['subjectType'];

interface Choice {
  readonly value: string;
  readonly label: string;
}

function useSubjects(): Record<Subject, readonly Choice[]> {
  const people = usePeople();
  const keys = useKeys();
  return {
    person: (people.data?.people ?? []).map(({ id, email }) => ({ value: id, label: email })),
    key: (keys.data?.keys ?? [])
      .filter(({ revokedMs }) => revokedMs === undefined)
      .map(({ id, name }) => ({ value: id, label: name })),
    role: ROLE_CHOICES.filter(({ value }) => value === 'viewer' || value === 'responder').map(({ value, label }) => ({
      value,
      label,
    })),
  };
}

const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(name);

/** Says what a pattern reaches at this moment, before it is given. */
function Reach({ pattern }: { readonly pattern: string }) {
  const groups = useLogGroups();
  if (pattern === '' || groups.data === undefined) return null;
  const reached = groups.data.groups.filter(({ name }) => matches(pattern, name));
  return (
    <p className="-mt-2 mb-3 text-xs text-ink-2" role="status">
      Reaches {formatPlural(reached.length, 'log group')} now
      {reached.length > 0 &&
        `: ${reached
          .slice(0, 6)
          .map(({ name }) => name)
          .join(', ')}${reached.length > 6 ? ' …' : ''}`}
      .
    </p>
  );
}

interface SubjectFieldsProps {
  readonly type: Subject;
  readonly chosen: string;
  readonly choices: readonly Choice[];
  readonly onType: (type: Subject) => void;
  readonly onChosen: (id: string) => void;
}

function SubjectFields({ type, chosen, choices, onType, onChosen }: SubjectFieldsProps) {
  return (
    <>
      <Field label="Who">
        {({ id }) => (
          <select
            id={id}
            className="control w-full"
            value={type}
            onChange={(event) => onType(event.target.value as Subject)}
          >
            <option value="role">role</option>
            <option value="person">person</option>
            <option value="key">key</option>
          </select>
        )}
      </Field>
      <Field label={`Which ${type}`}>
        {({ id }) => (
          <select id={id} className="control w-full" value={chosen} onChange={(event) => onChosen(event.target.value)}>
            {choices.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function GrantForm() {
  const create = useCreateGrant();
  const subjects = useSubjects();
  const [type, setType] = useState<Subject>('role');
  const [subjectId, setSubjectId] = useState('');
  const [pattern, setPattern] = useState('');
  const choices = subjects[type];
  const chosen = choices.some(({ value }) => value === subjectId) ? subjectId : (choices[0]?.value ?? '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(
      { subjectType: type, subjectId: chosen, pattern: pattern.trim() },
      { onSuccess: () => setPattern('') },
    );
  };
  return (
    <form onSubmit={submit} className="mt-5 border border-line bg-sheet p-4">
      <h3 className="mb-3 text-md font-semibold">Let somebody read</h3>
      <div className="grid gap-x-4 sm:grid-cols-[120px_1fr_1fr_auto]">
        <SubjectFields type={type} chosen={chosen} choices={choices} onType={setType} onChosen={setSubjectId} />
        <TextField
          label="Log groups"
          mono
          required
          placeholder="/app/*"
          value={pattern}
          onChange={(event) => setPattern(event.target.value)}
        />
        <div className="pt-[23px]">
          <Button tone="accent" type="submit" disabled={create.isPending || chosen === ''}>
            Grant
          </Button>
        </div>
      </div>
      <Reach pattern={pattern.trim()} />
      {create.isError && <FailureNotice error={create.error} />}
    </form>
  );
}

function GrantTable({ grants }: { readonly grants: readonly Grant[] }) {
  const remove = useRemoveGrant();
  const mayManage = useMay('manageAccess');
  const subjects = useSubjects();
  const nameOf = ({ subjectType, subjectId }: Grant): string =>
    subjects[subjectType].find(({ value }) => value === subjectId)?.label ?? subjectId;
  return (
    <TableFrame label="Grants">
      {remove.isError && <FailureNotice error={remove.error} />}
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">May read</th>
            <th scope="col">Granted</th>
            <th scope="col">
              <span className="sr-only">Take back</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {grants.map((grant) => (
            <tr key={grant.id}>
              <td>
                <Tag>{grant.subjectType}</Tag> <span className="font-medium">{nameOf(grant)}</span>
              </td>
              <td className="font-mono text-xs">{grant.pattern}</td>
              <td className="whitespace-nowrap">
                <Moment at={grant.createdMs} precision="day" /> <span className="text-ink-3">by {grant.createdBy}</span>
              </td>
              <td className="figure">
                {mayManage && (
                  <Button
                    small
                    disabled={remove.isPending}
                    onClick={() => remove.mutate(grant.id)}
                    aria-label={`Take back ${grant.pattern} from ${nameOf(grant)}`}
                  >
                    Take back
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** Who may read which logs. */
export function GrantsPart() {
  useTitle('Grants');
  const grants = useGrants();
  const mayManage = useMay('manageAccess');
  return (
    <Section
      title="Grants"
      lead="Who may read which log groups. The roles security and admin read all of them without a grant; viewer and responder read what stands here."
    >
      {grants.isPending && <BoneRows rows={3} label="the grants" />}
      {grants.isError && <FailureNotice error={grants.error} onRetry={() => void grants.refetch()} />}
      {grants.data?.grants.length === 0 && (
        <Empty title="Nobody has been granted anything.">Only the roles security and admin can read logs.</Empty>
      )}
      {grants.data !== undefined && grants.data.grants.length > 0 && <GrantTable grants={grants.data.grants} />}
      {mayManage && <GrantForm />}
    </Section>
  );
}
