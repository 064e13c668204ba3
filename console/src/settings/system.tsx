import type { ReactNode } from 'react';
import { useSystem } from '../api/system.ts';
import type { SystemState } from '../api/types.ts';
import { formatBytes, formatCount, formatDuration } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode, string?])[] }) {
  return (
    <dl className="grid grid-cols-1 sm:grid-cols-2 sm:gap-x-10">
      {facts.map(([label, value, exact]) => (
        <div key={label} className="flex items-baseline justify-between gap-4 border-b border-line py-1.5 text-sm">
          <dt className="text-ink-2">{label}</dt>
          <dd className="min-w-0 text-right font-medium break-all" title={exact}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Disk({ telemetry }: Pick<SystemState, 'telemetry'>) {
  const total = telemetry.bytesOnDisk + telemetry.freeDiskBytes;
  const share = total === 0 ? 0 : (telemetry.bytesOnDisk / total) * 100;
  return (
    <div className="mb-4">
      <p className="mb-1.5 flex justify-between text-sm">
        <span>
          <strong className="text-xl font-semibold">{formatBytes(telemetry.freeDiskBytes)}</strong> free
        </span>
        <span className="self-end text-ink-2">{formatBytes(telemetry.bytesOnDisk)} used by telemetry</span>
      </p>
      <div role="img" aria-label={`Telemetry uses ${share.toFixed(1)} % of what it could`} className="h-2 bg-line">
        <div className="h-full bg-accent" style={{ width: `${Math.max(share, 0.5)}%` }} />
      </div>
    </div>
  );
}

function Ingest({ ingest }: Pick<SystemState, 'ingest'>) {
  if (ingest.length === 0) return <Empty title="Nothing has been received since the start." />;
  return (
    <TableFrame label="Received since the start">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">Protocol</th>
            {['Requests', 'Records', 'Bytes', 'Refused requests', 'Refused records'].map((name) => (
              <th key={name} scope="col" className="figure">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ingest.map((one) => (
            <tr key={one.protocol}>
              <td className="font-medium">{one.protocol}</td>
              <td className="figure">{formatCount(one.requests)}</td>
              <td className="figure">{formatCount(one.records)}</td>
              <td className="figure" title={`${formatCount(one.bytes)} bytes`}>
                {formatBytes(one.bytes)}
              </td>
              <td className={one.refusedRequests > 0 ? 'figure font-semibold text-warn' : 'figure text-ink-3'}>
                {formatCount(one.refusedRequests)}
              </td>
              <td className={one.refusedRecords > 0 ? 'figure font-semibold text-warn' : 'figure text-ink-3'}>
                {formatCount(one.refusedRecords)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Known({ system }: { readonly system: SystemState }) {
  const now = useNow();
  const { telemetry, catalog } = system;
  return (
    <>
      <Section title="Holdfast">
        <Facts
          facts={[
            ['Version', system.version],
            ['Address', <code key="address">{system.address}</code>],
            ['Running for', formatDuration(Math.max(0, now - system.startedMs))],
            ['Started', <Moment key="started" at={system.startedMs} />],
            ['Data folder', <code key="folder">{system.dataFolder}</code>],
          ]}
        />
      </Section>
      <Section title="Storage">
        <Disk telemetry={telemetry} />
        <Facts
          facts={[
            ['Telemetry engine', `${telemetry.engine} ${telemetry.version}`],
            ['State engine', `${catalog.engine} ${catalog.serverVersion}`],
            ['Records stored', formatCount(telemetry.rows)],
            ['State on disk', formatBytes(catalog.bytes), `${formatCount(catalog.bytes)} bytes`],
            ['Being written', formatBytes(telemetry.bytesInFlight), `${formatCount(telemetry.bytesInFlight)} bytes`],
          ]}
        />
      </Section>
      <Section title="Received" lead="Accepted and refused since the start, by protocol.">
        <Ingest ingest={system.ingest} />
      </Section>
    </>
  );
}

/** Is Holdfast itself well? */
export function SystemPart() {
  useTitle('System');
  const system = useSystem();
  return (
    <>
      {system.isError && <FailureNotice error={system.error} onRetry={() => void system.refetch()} />}
      {system.isPending && <BoneRows rows={10} label="the system" />}
      {system.data !== undefined && <Known system={system.data} />}
    </>
  );
}
