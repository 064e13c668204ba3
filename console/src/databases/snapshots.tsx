import { useState } from 'react';
import { isRunning, useSnapshotNow, useSnapshots } from '../api/backup.ts';
import { useMay } from '../api/session.ts';
import type { DatabaseStatus, Snapshot } from '../api/types.ts';
import { formatBytes, formatCount, formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

const SHOWN_FIRST = 8;

function Row({ snapshot, onPick }: { readonly snapshot: Snapshot; readonly onPick: () => void }) {
  const { begunMs, endedMs, clusterBytes, newBytes, retainUntilMs, fromStandby, id } = snapshot;
  return (
    <tr>
      <td className="whitespace-nowrap">
        <button
          type="button"
          onClick={onPick}
          title={`Pick ${id} for a restore`}
          className="text-accent underline decoration-line-2 underline-offset-2"
        >
          <Moment at={begunMs} precision="minute" />
        </button>
      </td>
      <td className="figure whitespace-nowrap" title={`${formatCount(endedMs - begunMs)} ms`}>
        {formatDuration(Math.max(1, endedMs - begunMs))}
      </td>
      <td className="figure whitespace-nowrap" title={`${formatCount(clusterBytes)} bytes`}>
        {formatBytes(clusterBytes)}
      </td>
      <td className="figure whitespace-nowrap" title={`${formatCount(Math.round(newBytes))} bytes before compression`}>
        {formatBytes(newBytes)}
      </td>
      <td className="whitespace-nowrap">
        <Moment at={retainUntilMs} precision="day" />
      </td>
      <td>{fromStandby ? <Tag>standby</Tag> : 'primary'}</td>
    </tr>
  );
}

function SnapshotTable({
  snapshots,
  onPick,
}: {
  readonly snapshots: readonly Snapshot[];
  readonly onPick: (snapshot: Snapshot) => void;
}) {
  const [all, setAll] = useState(false);
  const shown = all ? snapshots : snapshots.slice(0, SHOWN_FIRST);
  return (
    <>
      <TableFrame label="Snapshots">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Begun</th>
              {['Took', 'Size', 'New bytes'].map((name) => (
                <th key={name} scope="col" className="figure">
                  {name}
                </th>
              ))}
              <th scope="col">Locked until</th>
              <th scope="col">Read from</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((snapshot) => (
              <Row key={snapshot.id} snapshot={snapshot} onPick={() => onPick(snapshot)} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {shown.length < snapshots.length && (
        <Button small tone="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {formatCount(snapshots.length)}
        </Button>
      )}
    </>
  );
}

/** What was put away whole, newest first. */
export function Snapshots({
  status,
  onPick,
}: {
  readonly status: DatabaseStatus;
  readonly onPick: (snapshot: Snapshot) => void;
}) {
  const { source, nextSnapshotMs, runs } = status;
  const list = useSnapshots(source.name);
  const take = useSnapshotNow(source.name);
  const mayRun = useMay('runBackup');
  const running = take.isPending || runs.some((run) => run.type === 'snapshot' && isRunning(run));
  const snapshots = list.data?.snapshots;
  return (
    <Section
      title="Snapshots"
      lead={
        <>
          By <code>{source.snapshotCron}</code> ({source.timeZone})
          {nextSnapshotMs !== undefined && (
            <>
              , the next <Ago at={nextSnapshotMs} />
            </>
          )}
          . What equals a block of an earlier one is stored once.
        </>
      }
      action={
        mayRun && (
          <Button disabled={running} onClick={() => take.mutate()}>
            {running ? 'Taking a snapshot…' : 'Snapshot now'}
          </Button>
        )
      }
    >
      {take.isError && (
        <div className="mb-3">
          <FailureNotice error={take.error} />
        </div>
      )}
      {list.isPending && <BoneRows rows={4} label="the snapshots" />}
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {snapshots?.length === 0 && (
        <Empty title="No snapshot stands yet.">
          {runs.some(isRunning) ? 'The first is being taken.' : 'The first comes by itself once the stream runs.'}
        </Empty>
      )}
      {snapshots !== undefined && snapshots.length > 0 && <SnapshotTable snapshots={snapshots} onPick={onPick} />}
    </Section>
  );
}
