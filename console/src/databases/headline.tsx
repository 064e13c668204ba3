import type { DatabaseStatus } from '../api/types.ts';
import { formatBytes, formatCount, formatDuration, formatPlural } from '../base/format.ts';
import { Ago } from '../parts/moment.tsx';
import { Tag } from '../parts/page.tsx';
import { Behind, isTooFar } from './behind.tsx';
import { DatabaseSize, LastDrill, RestorableSpan } from './database-row.tsx';
import { Fact } from './fact.tsx';
import { behindMs } from './restorable.ts';
import { StreamState } from './stream-state.tsx';

function Verdict({ status, atMs }: { readonly status: DatabaseStatus; readonly atMs: number }) {
  const promised = formatDuration(status.source.recoveryPointObjectiveMs);
  if (behindMs(status, atMs) === undefined)
    return <strong className="font-semibold text-ink">not restorable yet</strong>;
  if (isTooFar(status, atMs))
    return <strong className="font-semibold text-broken">more than the {promised} that are promised</strong>;
  return <strong className="font-semibold text-ink">within the {promised} that are promised</strong>;
}

function Facts({ status }: { readonly status: DatabaseStatus }) {
  const { stream, newestSnapshot, storedBytes, clusterBytes, snapshots, nextProofMs } = status;
  return (
    <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-2 border-t border-line pt-3 text-sm sm:grid-cols-4">
      <Fact label="Restorable to any second" wide>
        <RestorableSpan status={status} />
      </Fact>
      <Fact label="Commit to durable" title="Measured by a row that is written each second">
        {stream.lagMs === undefined
          ? '–'
          : `median ${formatDuration(stream.lagMs.p50)}, p99 ${formatDuration(stream.lagMs.p99)}`}
      </Fact>
      <Fact label="Held back on the source">
        {stream.slotLagBytes === undefined ? '–' : `${formatBytes(stream.slotLagBytes)} of WAL`}
      </Fact>
      <Fact label="Newest snapshot">{newestSnapshot === undefined ? '–' : <Ago at={newestSnapshot.endedMs} />}</Fact>
      <Fact label="Size and stored" title={`${formatCount(Math.round(storedBytes))} bytes in one zone`}>
        <DatabaseSize status={status} />, {formatBytes(storedBytes)} for {formatPlural(snapshots, 'snapshot')} of{' '}
        {formatBytes(clusterBytes)}
      </Fact>
      <Fact label="Last drill">
        <LastDrill status={status} />
      </Fact>
      <Fact label="Next drill">{nextProofMs === undefined ? '–' : <Ago at={nextProofMs} />}</Fact>
    </dl>
  );
}

/** The figure that the page is for: what would be lost if the source were gone this second. */
export function BehindHeadline({ status, atMs }: { readonly status: DatabaseStatus; readonly atMs: number }) {
  const { source, stream, problems } = status;
  const told = problems.some(({ detail }) => detail.includes(stream.reason ?? ''));
  return (
    <header className="mb-8">
      <h1 className="flex flex-wrap items-end gap-x-4 gap-y-3 leading-none">
        <Behind status={status} atMs={atMs} className="text-[60px] leading-[0.8] tracking-[-0.04em] md:text-[80px]" />
        <span className="pb-0.5 text-lg leading-snug font-normal text-ink-2">
          <strong className="font-semibold text-ink">{source.name}</strong> can be restored to this close to now
          <br />
          <Verdict status={status} atMs={atMs} />
        </span>
      </h1>
      <p className="mt-4 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
        <StreamState state={stream.state} />
        {stream.reason !== undefined && !told && (
          <span className="min-w-0 break-words text-ink-2">{stream.reason}</span>
        )}
        {source.isOwn && <Tag>Holdfast’s own</Tag>}
        <code className="min-w-0 text-xs break-all text-ink-3">{source.address}</code>
      </p>
      <Facts status={status} />
    </header>
  );
}
