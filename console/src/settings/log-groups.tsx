import { Link } from '@tanstack/react-router';
import { Lock, Plus } from 'lucide-react';
import { useState } from 'react';
import { useLogGroups } from '../api/logs.ts';
import { useMay } from '../api/session.ts';
import type { LogGroup } from '../api/types.ts';
import { formatBytes, formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { CreateGroup } from './create-group.tsx';
import { DeleteGroup, RetentionDialog, retentionWords } from './retention-dialog.tsx';

type Open = { readonly type: 'retention' | 'delete'; readonly group: LogGroup } | { readonly type: 'create' };

function GroupActions({ group, onOpen }: { readonly group: LogGroup; readonly onOpen: (open: Open) => void }) {
  return (
    <span className="inline-flex gap-1.5">
      <Button
        small
        onClick={() => onOpen({ type: 'retention', group })}
        aria-label={`Change the retention of ${group.name}`}
      >
        Retention…
      </Button>
      <Button
        small
        disabled={group.deletionProtected}
        title={group.deletionProtected ? 'Protected from deletion' : undefined}
        onClick={() => onOpen({ type: 'delete', group })}
        aria-label={`Delete ${group.name}`}
      >
        Delete…
      </Button>
    </span>
  );
}

function GroupRow({
  group,
  most,
  onOpen,
}: {
  readonly group: LogGroup;
  readonly most: number;
  readonly onOpen: ((open: Open) => void) | undefined;
}) {
  return (
    <tr>
      <td>
        <Link
          to="/logs"
          search={{ group: [group.name] } as never}
          className="font-mono text-xs text-accent underline decoration-line-2 underline-offset-2"
        >
          {group.name}
        </Link>
        {group.deletionProtected && (
          <Lock size={12} className="ml-1.5 inline text-ink-3" aria-label="protected from deletion" />
        )}
      </td>
      <td className="figure whitespace-nowrap" title={`${formatCount(group.storedBytes)} bytes`}>
        {formatBytes(group.storedBytes)}
      </td>
      <td className="hidden w-32 md:table-cell">
        <i
          aria-hidden="true"
          className="block h-1.5 bg-[var(--chart-plain)]"
          style={{ width: `${Math.max(group.storedBytes > 0 ? 1 : 0, (group.storedBytes / most) * 100)}%` }}
        />
      </td>
      <td>{group.storageClass}</td>
      <td className="whitespace-nowrap">{retentionWords(group.retentionDays)}</td>
      <td className="whitespace-nowrap">
        <Moment at={group.createdMs} precision="day" />
      </td>
      <td className="figure whitespace-nowrap">
        {onOpen !== undefined && <GroupActions group={group} onOpen={onOpen} />}
      </td>
    </tr>
  );
}

function GroupTable({
  groups,
  onOpen,
}: {
  readonly groups: readonly LogGroup[];
  readonly onOpen: ((open: Open) => void) | undefined;
}) {
  const most = Math.max(1, ...groups.map(({ storedBytes }) => storedBytes));
  return (
    <TableFrame label="Log groups">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Log group</th>
            <th scope="col" className="figure">
              Stored
            </th>
            <th scope="col" className="hidden md:table-cell">
              <span className="sr-only">Share</span>
            </th>
            <th scope="col">Class</th>
            <th scope="col">Kept</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="sr-only">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <GroupRow key={group.name} group={group} most={most} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** What is kept, how much of it, and for how long. */
export function LogGroupsPart() {
  useTitle('Log groups');
  const groups = useLogGroups();
  const mayManage = useMay('manageLogs');
  const [open, setOpen] = useState<Open>();
  const total = groups.data?.groups.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  return (
    <Section
      title="Log groups"
      lead="What is kept, how much, for how long. A record past its retention is hidden at once and removed from the disk soon after."
      action={
        <div className="flex items-center gap-5">
          {total !== undefined && (
            <p className="text-sm text-ink-2">
              <strong className="text-xl font-semibold text-ink">{formatBytes(total)}</strong> stored
            </p>
          )}
          {mayManage && (
            <Button tone="accent" onClick={() => setOpen({ type: 'create' })}>
              <Plus size={14} /> Create a log group
            </Button>
          )}
        </div>
      }
    >
      {groups.isPending && <BoneRows rows={6} label="the log groups" />}
      {groups.isError && <FailureNotice error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.data?.groups.length === 0 && (
        <Empty title="There is no log group yet.">One comes into being with its first record.</Empty>
      )}
      {groups.data !== undefined && groups.data.groups.length > 0 && (
        <GroupTable groups={groups.data.groups} onOpen={mayManage ? setOpen : undefined} />
      )}
      {open?.type === 'create' && (
        <CreateGroup choices={groups.data?.retentionChoices ?? []} onClose={() => setOpen(undefined)} />
      )}
      {open?.type === 'retention' && (
        <RetentionDialog
          group={open.group}
          choices={groups.data?.retentionChoices ?? []}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.type === 'delete' && <DeleteGroup group={open.group} onClose={() => setOpen(undefined)} />}
    </Section>
  );
}
