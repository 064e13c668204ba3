import { KeyRound } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { useCreateKey } from '../api/access.ts';
import { useMay } from '../api/session.ts';
import type { KeyCreated } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { NO_KEY, SENDING_WAYS, type SendingWay } from './snippets.ts';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-2 text-sm text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink';

function Way({
  way,
  made,
  onMade,
}: {
  readonly way: SendingWay;
  readonly made: KeyCreated | undefined;
  readonly onMade: (key: KeyCreated) => void;
}) {
  const create = useCreateKey();
  const mayCreate = useMay('manageAccess');
  const make = (): void =>
    create.mutate(
      {
        name: `${way.label}, from the console`,
        roles: [...way.key.roles],
        ...(way.key.scopes === undefined ? {} : { scopes: [...way.key.scopes] }),
      },
      { onSuccess: onMade },
    );
  return (
    <>
      <p className="mb-2.5 text-sm text-ink-2">{way.lead}</p>
      <Snippet label={`Command for ${way.label}`} text={way.command(location.origin, made ?? NO_KEY)} />
      <div className="mt-3 flex flex-wrap items-center gap-3 text-sm">
        {made !== undefined && (
          <p className="text-ink-2">
            The key stands in the command. <strong className="font-semibold text-ink">It is shown only now</strong>.
            Revoke it under Settings, Keys.
          </p>
        )}
        {made === undefined && mayCreate && (
          <Button tone="accent" onClick={make} disabled={create.isPending}>
            <KeyRound size={14} /> {create.isPending ? 'Making a key…' : 'Make a key and put it in'}
          </Button>
        )}
        {made === undefined && !mayCreate && (
          <p className="text-ink-2">Ask an administrator for a key with the role sender.</p>
        )}
      </div>
      {create.isError && (
        <div className="mt-3">
          <FailureNotice error={create.error} />
        </div>
      )}
    </>
  );
}

/** The exact commands, with this server's address and a key made on the spot. */
export function SendLogs() {
  const [keys, setKeys] = useState<Readonly<Record<string, KeyCreated>>>({});
  return (
    <Tabs.Root defaultValue="curl">
      <Tabs.List aria-label="Ways to send logs" className="mb-3 flex overflow-x-auto border-b border-line">
        {SENDING_WAYS.map(({ id, label }) => (
          <Tabs.Trigger key={id} value={id} className={TAB}>
            {label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {SENDING_WAYS.map((way) => (
        <Tabs.Content key={way.id} value={way.id}>
          <Way way={way} made={keys[way.id]} onMade={(key) => setKeys({ ...keys, [way.id]: key })} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
