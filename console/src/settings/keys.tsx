import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useKeys, useRevokeKey } from '../api/access.ts';
import { useMay } from '../api/session.ts';
import type { Key, KeyCreated } from '../api/types.ts';
import { useNow } from '../base/now.ts';
import { Button } from '../parts/button.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { ConfirmByName } from './confirm-by-name.tsx';
import { CreateKey } from './create-key.tsx';
import { KeyOnce } from './key-once.tsx';

const SOON_MS = 14 * 86_400_000;

function Expiry({ item }: { readonly item: Key }) {
  const now = useNow();
  if (item.revokedMs !== undefined)
    return (
      <>
        <Tag>revoked</Tag> <Ago at={item.revokedMs} />
      </>
    );
  if (item.expiresMs === undefined) return <span className="text-ink-3">does not expire</span>;
  if (item.expiresMs < now) return <Tag tone="warn">expired</Tag>;
  return (
    <span className={item.expiresMs - now < SOON_MS ? 'text-warn' : ''}>
      expires <Ago at={item.expiresMs} />
    </span>
  );
}

function KeyRow({ item, onRevoke }: { readonly item: Key; readonly onRevoke: (() => void) | undefined }) {
  return (
    <tr className={item.revokedMs === undefined ? '' : 'text-ink-3'}>
      <td>
        <span className="font-medium">{item.name}</span>
        <div className="font-mono text-xs text-ink-3">hf_{item.id}_…</div>
      </td>
      <td>
        <span className="flex flex-wrap gap-1">
          {item.roles.map((role) => (
            <Tag key={role} tone={role === 'admin' && item.scopes === undefined ? 'accent' : 'plain'}>
              {role}
            </Tag>
          ))}
        </span>
        {item.scopes !== undefined && <div className="mt-0.5 text-xs text-ink-2">only {item.scopes.join(', ')}</div>}
      </td>
      <td className="whitespace-nowrap">
        {item.lastUsedMs === undefined ? <span className="text-ink-3">never</span> : <Ago at={item.lastUsedMs} />}
      </td>
      <td className="whitespace-nowrap">
        <Expiry item={item} />
      </td>
      <td>
        <Moment at={item.createdMs} precision="day" />
        <div className="text-xs text-ink-3">{item.createdBy}</div>
      </td>
      <td className="figure">
        {onRevoke !== undefined && item.revokedMs === undefined && (
          <Button small onClick={onRevoke} aria-label={`Revoke ${item.name}`}>
            Revoke…
          </Button>
        )}
      </td>
    </tr>
  );
}

function KeyTable({
  keys,
  onRevoke,
}: {
  readonly keys: readonly Key[];
  readonly onRevoke: ((key: Key) => void) | undefined;
}) {
  const ordered = [...keys].sort(
    (a, b) => Number(a.revokedMs !== undefined) - Number(b.revokedMs !== undefined) || b.createdMs - a.createdMs,
  );
  return (
    <TableFrame label="Keys">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Last used</th>
            <th scope="col">Until</th>
            <th scope="col">Created</th>
            <th scope="col">
              <span className="sr-only">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((key) => (
            <KeyRow key={key.id} item={key} onRevoke={onRevoke === undefined ? undefined : () => onRevoke(key)} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Revoke({ item, onClose }: { readonly item: Key; readonly onClose: () => void }) {
  const revoke = useRevokeKey();
  return (
    <ConfirmByName
      title={`Revoke the key ${item.name}`}
      name={item.name}
      verb="Revoke the key"
      busy={revoke.isPending}
      error={revoke.error}
      onCancel={onClose}
      onConfirm={() => revoke.mutate(item.id, { onSuccess: onClose })}
    >
      <p className="text-sm text-ink-2">
        Everything that uses this key is refused from now on.{' '}
        {item.lastUsedMs === undefined ? (
          'It has never been used.'
        ) : (
          <strong className="font-semibold text-ink">
            It was used <Ago at={item.lastUsedMs} />.
          </strong>
        )}{' '}
        There is no undo: make a new key instead.
      </p>
    </ConfirmByName>
  );
}

/** Which programs may reach Holdfast, what each may do, and which ones nobody uses any more. */
export function KeysPart() {
  useTitle('Keys');
  const keys = useKeys();
  const mayManage = useMay('manageAccess');
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<KeyCreated>();
  const [revoking, setRevoking] = useState<Key>();
  const onMade = (key: KeyCreated): void => {
    setCreating(false);
    setMade(key);
  };
  return (
    <Section
      title="Keys"
      lead="For programs: OpenTelemetry, AWS clients, scripts. A key can do at most what its roles and scopes allow."
      action={
        mayManage && (
          <Button tone="accent" onClick={() => setCreating(true)}>
            <Plus size={14} /> Create a key
          </Button>
        )
      }
    >
      {keys.isPending && <BoneRows rows={4} label="the keys" />}
      {keys.isError && <FailureNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data?.keys.length === 0 && (
        <Empty title="No program has a key yet.">
          Create one to send the first logs; the snippets to use it come with it.
        </Empty>
      )}
      {keys.data !== undefined && keys.data.keys.length > 0 && (
        <KeyTable keys={keys.data.keys} onRevoke={mayManage ? setRevoking : undefined} />
      )}
      {creating && <CreateKey onClose={() => setCreating(false)} onMade={onMade} />}
      {made !== undefined && <KeyOnce made={made} onDone={() => setMade(undefined)} />}
      {revoking !== undefined && <Revoke item={revoking} onClose={() => setRevoking(undefined)} />}
    </Section>
  );
}
