import { useState } from 'react';
import { useDatabases } from '../api/backup.ts';
import { useMay } from '../api/session.ts';
import type { DatabaseStatus } from '../api/types.ts';
import { formatCount } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { Button } from '../parts/button.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useGo } from '../shell/go.ts';
import { AddDatabase } from './add-database.tsx';
import { isTooFar } from './behind.tsx';
import { DatabaseRow } from './database-row.tsx';
import { FirstDatabase } from './first-database.tsx';
import { Problems } from './problems.tsx';

function summary(databases: readonly DatabaseStatus[], atMs: number): string {
  const late = databases.filter((status) => isTooFar(status, atMs) || status.ranges.length === 0).length;
  if (late === 0) return 'restorable to within what is promised of now';
  return `${formatCount(databases.length - late)} of them restorable to within what is promised of now`;
}

function Head({
  databases,
  atMs,
  onAdd,
}: {
  readonly databases: readonly DatabaseStatus[] | undefined;
  readonly atMs: number;
  readonly onAdd: (() => void) | undefined;
}) {
  return (
    <header className="mb-1 flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-b-2 border-ink pb-3">
      <h1 className="flex items-end gap-3 leading-none">
        <span className="text-[52px] leading-[0.85] font-semibold tracking-[-0.03em]">
          {databases === undefined ? '–' : formatCount(databases.length)}
        </span>
        <span className="text-md leading-snug font-normal text-ink-2">
          {databases?.length === 1 ? 'database' : 'databases'} under backup
          <br />
          <span className="text-sm">
            {databases === undefined || databases.length === 0 ? ' ' : summary(databases, atMs)}
          </span>
        </span>
      </h1>
      {onAdd !== undefined && (
        <Button tone="accent" onClick={onAdd}>
          Add a database…
        </Button>
      )}
    </header>
  );
}

/** Could each database be had back, and to which moment? */
export function DatabasesPage() {
  useTitle('Databases');
  const go = useGo();
  const now = useNow();
  const list = useDatabases();
  const mayManage = useMay('manageBackup');
  const [adding, setAdding] = useState(false);
  const databases = list.data?.sources;
  // What could not be read anew grows old before the reader's eyes.
  const atMs = list.isError ? Math.max(now, list.dataUpdatedAt) : list.dataUpdatedAt;
  const troubled = databases?.filter(({ problems }) => problems.length > 0) ?? [];
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8">
      {troubled.length > 0 && (
        <ul className="mb-6 space-y-1">
          {troubled.map(({ source, problems }) => (
            <Problems key={source.name} problems={problems} of={source.name} />
          ))}
        </ul>
      )}
      <Head databases={databases} atMs={atMs} onAdd={mayManage ? () => setAdding(true) : undefined} />
      {list.isPending && <BoneRows rows={6} label="the databases" />}
      {list.isError && (
        <div className="mt-4">
          <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
        </div>
      )}
      {databases?.length === 0 && (
        <div className="mt-5">
          <FirstDatabase />
        </div>
      )}
      {databases !== undefined && databases.length > 0 && (
        <ul aria-label="Databases">
          {databases.map((status) => (
            <DatabaseRow key={status.source.name} status={status} atMs={atMs} />
          ))}
        </ul>
      )}
      {adding && (
        <AddDatabase
          onClose={() => setAdding(false)}
          onAdded={(name) => go(`/databases/${encodeURIComponent(name)}`)}
        />
      )}
    </div>
  );
}
