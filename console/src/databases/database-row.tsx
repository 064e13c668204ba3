import { Link } from '@tanstack/react-router';
import type { DatabaseStatus } from '../api/types.ts';
import { formatBytes, formatCount, formatPlural } from '../base/format.ts';
import { Mark } from '../parts/mark.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { Tag } from '../parts/page.tsx';
import { keepRange } from '../shell/go.ts';
import { Behind, isTooFar } from './behind.tsx';
import { Fact } from './fact.tsx';
import { behindMs, gapsOf, stretchesOf } from './restorable.ts';
import { StreamState } from './stream-state.tsx';

/** From when to when every second can be had back. */
export function RestorableSpan({ status }: { readonly status: DatabaseStatus }) {
  const stretches = stretchesOf(status.ranges);
  const [first] = stretches;
  const last = stretches.at(-1);
  if (first === undefined || last === undefined) return <span className="text-ink-3">nothing yet</span>;
  const gaps = gapsOf(stretches, 0).length;
  return (
    <>
      <Moment at={first.fromMs} precision="minute" /> – <Moment at={last.toMs} />
      {gaps > 0 && <span className="text-ink-2">, with {formatPlural(gaps, 'gap')}</span>}
    </>
  );
}

export function LastDrill({ status: { lastProof } }: { readonly status: DatabaseStatus }) {
  if (lastProof === undefined) return <span className="text-ink-3">none yet</span>;
  return (
    <span className="inline-flex items-baseline gap-1.5" title={lastProof.summary}>
      <Mark state={lastProof.passed ? 'proven' : 'broken'} className="size-3.5" />
      <span>
        {lastProof.passed ? 'passed' : 'failed'} <Ago at={lastProof.endedMs} />
      </span>
    </span>
  );
}

export const DatabaseSize = ({ status: { newestSnapshot } }: { readonly status: DatabaseStatus }) =>
  newestSnapshot === undefined ? '–' : formatBytes(newestSnapshot.clusterBytes);

function Facts({ status }: { readonly status: DatabaseStatus }) {
  const { newestSnapshot, snapshots, storedBytes, clusterBytes, nextSnapshotMs, nextProofMs } = status;
  return (
    <dl className="mt-2 grid grid-cols-2 gap-x-6 gap-y-1.5 text-sm sm:grid-cols-4">
      <Fact label="Restorable to any second" wide>
        <RestorableSpan status={status} />
      </Fact>
      <Fact label="Newest snapshot">{newestSnapshot === undefined ? '–' : <Ago at={newestSnapshot.endedMs} />}</Fact>
      <Fact label="Last drill">
        <LastDrill status={status} />
      </Fact>
      <Fact label="Size">
        <DatabaseSize status={status} />
      </Fact>
      <Fact
        label="Stored"
        title={`${formatCount(Math.round(storedBytes))} bytes in one zone, for ${formatBytes(clusterBytes)} of snapshots`}
      >
        {formatBytes(storedBytes)} for {formatPlural(snapshots, 'snapshot')}
      </Fact>
      <Fact label="Next snapshot">{nextSnapshotMs === undefined ? '–' : <Ago at={nextSnapshotMs} />}</Fact>
      <Fact label="Next drill">{nextProofMs === undefined ? '–' : <Ago at={nextProofMs} />}</Fact>
    </dl>
  );
}

/** One database: how far behind, in which state, what can be had back. */
export function DatabaseRow({ status, atMs }: { readonly status: DatabaseStatus; readonly atMs: number }) {
  const { source, stream } = status;
  return (
    <li className="grid gap-x-6 gap-y-2 border-b border-line py-4 md:grid-cols-[140px_minmax(0,1fr)]">
      <p className="flex items-baseline gap-2 leading-none md:block">
        <Behind status={status} atMs={atMs} className="text-[34px] leading-none tracking-[-0.03em]" />
        <span className="text-xs leading-snug text-ink-2 md:mt-1.5 md:block">
          {behindMs(status, atMs) === undefined ? 'nothing restorable yet' : 'behind now'}
          {isTooFar(status, atMs) && <strong className="block font-semibold text-broken">more than promised</strong>}
        </span>
      </p>
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h2 className="text-md">
            <Link
              to="/databases/$name"
              params={{ name: source.name }}
              search={keepRange as never}
              className="text-accent underline decoration-line-2 underline-offset-2"
            >
              {source.name}
            </Link>
          </h2>
          <StreamState state={stream.state} />
          {source.isOwn && <Tag>Holdfast’s own</Tag>}
          <code className="min-w-0 text-xs break-all text-ink-3">{source.address}</code>
        </div>
        <Facts status={status} />
      </div>
    </li>
  );
}
