import { Tabs } from 'radix-ui';
import type { KeyCreated } from '../api/types.ts';
import { SENDING_WAYS } from '../logs/snippets.ts';
import { Snippet } from '../parts/copy.tsx';
import { SecretOnce } from './secret-once.tsx';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-1.5 text-sm text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink';

const mayCreateGroups = ({ key }: KeyCreated): boolean =>
  key.roles.includes('admin') && (key.scopes === undefined || key.scopes.includes('logs:Manage'));

/** A new key with the commands that use it. */
export function KeyOnce({ made, onDone }: { readonly made: KeyCreated; readonly onDone: () => void }) {
  return (
    <SecretOnce title={`The key ${made.key.name}`} label="Bearer token" secret={made.token} onDone={onDone}>
      <dl className="mb-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-ink-3">AWS access key id</dt>
        <dd className="font-mono text-xs break-all">{made.accessKeyId}</dd>
        <dt className="text-ink-3">AWS secret access key</dt>
        <dd className="font-mono text-xs break-all">{made.secretAccessKey}</dd>
      </dl>
      <Tabs.Root defaultValue="curl">
        <Tabs.List aria-label="Ways to use the key" className="mb-2 flex overflow-x-auto border-b border-line">
          {SENDING_WAYS.map(({ id, label }) => (
            <Tabs.Trigger key={id} value={id} className={TAB}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {SENDING_WAYS.map(({ id, label, command }) => (
          <Tabs.Content key={id} value={id}>
            <Snippet label={`Command for ${label}`} text={command(location.origin, made, mayCreateGroups(made))} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </SecretOnce>
  );
}
