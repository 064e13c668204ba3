import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { isRunning, useDatabase, useFreshLists, useRestoreReports } from '../api/backup.ts';
import type { DatabaseStatus } from '../api/types.ts';
import { useNow } from '../base/now.ts';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { Bone, BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import { CheckPanel } from './check-panel.tsx';
import { DrillDrawer, DrillReport } from './drill-report.tsx';
import { Drills } from './drills.tsx';
import { BehindHeadline } from './headline.tsx';
import { Problems } from './problems.tsx';
import { RemoveDatabase } from './remove-database.tsx';
import { type Picked, readPicked, writePicked } from './restorable.ts';
import { Retention } from './retention.tsx';
import { EndedRuns, RunningRun } from './run-view.tsx';
import { Snapshots } from './snapshots.tsx';
import { TimeLine } from './time-line.tsx';

export interface DatabaseSearch {
  /** What is picked to restore: a time, `latest`, `snapshot:<id>` or `point:<name>`. */
  readonly at?: string | undefined;
  /** Id of the drill report that is open. */
  readonly report?: string | undefined;
}

function OpenReport({
  name,
  id,
  onClose,
}: {
  readonly name: string;
  readonly id: string;
  readonly onClose: () => void;
}) {
  const reports = useRestoreReports(name);
  const report = reports.data?.reports.find((one) => one.id === id);
  if (report === undefined) return null;
  return (
    <>
      <div className="print-report hidden print:block">
        <h1 className="mb-3 text-xl">Restore drill of {name}</h1>
        <DrillReport report={report} />
        <p className="mt-4 text-xs text-ink-3">Printed from {location.href}</p>
      </div>
      <DrillDrawer report={report} onClose={onClose} />
    </>
  );
}

function Work({ status, except }: { readonly status: DatabaseStatus; readonly except: string | undefined }) {
  const running = status.runs.filter((run) => isRunning(run) && run.id !== except);
  if (running.length === 0) return null;
  return (
    <section aria-label="Running now" className="mb-8 space-y-2">
      {running.map((run) => (
        <RunningRun key={run.id} run={run} />
      ))}
    </section>
  );
}

function Parts({ status, atMs }: { readonly status: DatabaseStatus; readonly atMs: number }) {
  const change = useChangeSearch();
  const { at, report } = useSearch({ strict: false }) as DatabaseSearch;
  const [restoreId, setRestoreId] = useState<string>();
  const { source, problems, runs } = status;
  useFreshLists(status);
  const picked = readPicked(at);
  const pick = (next: Picked | undefined): void =>
    change({ at: next === undefined ? undefined : writePicked(next) }, true);
  return (
    <>
      <div className={report === undefined ? '' : 'print:hidden'}>
        {problems.length > 0 && (
          <ul className="mb-7 space-y-1">
            <Problems problems={problems} />
          </ul>
        )}
        <BehindHeadline status={status} atMs={atMs} />
        <Work status={status} except={restoreId} />
        <TimeLine
          status={status}
          atMs={atMs}
          picked={picked}
          onPick={pick}
          restoreId={restoreId}
          onRestore={setRestoreId}
        />
        <Snapshots status={status} onPick={({ id }) => pick({ type: 'snapshot', id })} />
        <Drills
          status={status}
          chosenMs={picked?.type === 'time' ? picked.timeMs : undefined}
          onOpen={(id) => change({ report: id })}
        />
        <CheckPanel name={source.name} />
        <Retention source={source} />
        <EndedRuns runs={runs} />
        <RemoveDatabase source={source} />
      </div>
      {report !== undefined && (
        <OpenReport name={source.name} id={report} onClose={() => change({ report: undefined })} />
      )}
    </>
  );
}

function Database({ name }: { readonly name: string }) {
  useTitle(name);
  const now = useNow();
  const database = useDatabase(name);
  if (database.isPending)
    return (
      <>
        <h1 className="sr-only">{name}</h1>
        <Bone className="mb-3 h-16 w-40" />
        <Bone className="mb-8 w-72" />
        <BoneRows rows={8} label="the database" />
      </>
    );
  if (database.data === undefined)
    return (
      <>
        <h1 className="mb-4 text-xl break-words">{name} cannot be shown</h1>
        <FailureNotice error={database.error} onRetry={() => void database.refetch()} />
      </>
    );
  // What could not be read anew grows old before the reader's eyes.
  const atMs = database.isError ? Math.max(now, database.dataUpdatedAt) : database.dataUpdatedAt;
  return (
    <>
      {database.isError && (
        <div className="mb-4">
          <FailureNotice error={database.error} onRetry={() => void database.refetch()} />
        </div>
      )}
      <Parts status={database.data} atMs={atMs} />
    </>
  );
}

/** How far behind is what can be had back, and how do I get a moment of it? */
export function DatabasePage() {
  const { name = '' } = useParams({ strict: false });
  return (
    <div className="mx-auto max-w-[1120px] px-4 py-6 md:px-8 print:max-w-none print:px-0 print:py-4">
      <Link
        to="/databases"
        search={keepRange as never}
        className="no-print mb-3 inline-flex min-h-6 items-center text-sm text-accent"
      >
        All databases
      </Link>
      <Database key={name} name={name} />
    </div>
  );
}
