import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import type {
  Grant,
  GrantCreate,
  Key,
  KeyCreate,
  KeyCreated,
  Person,
  PersonChange,
  PersonCreate,
  Role,
} from './types.ts';

export const ROLE_CHOICES: readonly { readonly value: Role; readonly label: string; readonly help: string }[] = [
  { value: 'viewer', label: 'viewer', help: 'trust page and granted logs' },
  { value: 'responder', label: 'responder', help: 'also incidents, redaction, system' },
  { value: 'security', label: 'security', help: 'reads everything, the audit log too' },
  { value: 'admin', label: 'admin', help: 'everything, also changes' },
  { value: 'sender', label: 'sender', help: 'sends logs, reads none' },
];

/** What a key may be narrowed to. */
export const SCOPES = [
  'logs:Write',
  'logs:Read',
  'logs:Describe',
  'logs:Manage',
  'access:Read',
  'access:Manage',
  'audit:Read',
  'trust:Read',
  'trust:Manage',
  'redaction:Read',
  'system:Read',
  'vault:Read',
  'vault:Manage',
  'workbooks:Read',
  'workbooks:Write',
  'backup:Read',
  'backup:Run',
  'backup:Restore',
  'backup:Manage',
  'metrics:Write',
  'metrics:Read',
  'metrics:Manage',
  'traces:Write',
  'traces:Read',
  'alarms:Read',
  'alarms:Manage',
  'notify:Read',
  'notify:Respond',
  'notify:Manage',
  'issues:Read',
  'issues:Respond',
  'issues:Manage',
  'releases:Read',
  'releases:Write',
] as const;

const listOf = <T>(key: string, path: string) => ({
  queryKey: [key],
  queryFn: ({ signal }: { signal: AbortSignal }) => call<T>('GET', path, { signal }),
});

export const usePeople = () => useQuery(listOf<{ people: Person[] }>('people', '/people'));
export const useKeys = () => useQuery(listOf<{ keys: Key[] }>('keys', '/keys'));
export const useGrants = () => useQuery(listOf<{ grants: Grant[] }>('grants', '/grants'));

/** A change that makes one of the lists above old. */
function useChange<In, Out>(key: string, run: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: run, onSuccess: () => client.invalidateQueries({ queryKey: [key] }) });
}

export const useAddPerson = () =>
  useChange('people', (body: PersonCreate) => call<{ person: Person; password?: string }>('POST', '/people', { body }));
export const useChangePerson = () =>
  useChange('people', ({ id, ...body }: PersonChange & { readonly id: string }) =>
    call<Person>('PATCH', `/people/${encodeURIComponent(id)}`, { body }),
  );
export const useResetPassword = () =>
  useChange('people', (id: string) => call<{ password: string }>('POST', `/people/${encodeURIComponent(id)}/password`));
export const useCreateKey = () => useChange('keys', (body: KeyCreate) => call<KeyCreated>('POST', '/keys', { body }));
export const useRevokeKey = () =>
  useChange('keys', (id: string) => call<void>('DELETE', `/keys/${encodeURIComponent(id)}`));
export const useCreateGrant = () =>
  useChange('grants', (body: GrantCreate) => call<Grant>('POST', '/grants', { body }));
export const useRemoveGrant = () =>
  useChange('grants', (id: string) => call<void>('DELETE', `/grants/${encodeURIComponent(id)}`));
