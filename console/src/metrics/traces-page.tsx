import { Link, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMetricList } from '../api/metrics.ts';
import { useTraces } from '../api/traces.ts';
import type { TraceSummary } from '../api/types.ts';
import { formatCount, formatDuration } from '../base/format.ts';
import { Mark } from '../parts/mark.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { MetricsFrame } from './metrics-frame.tsx';

export interface TracesSearch {
  readonly service?: string | undefined;
  readonly failed?: 'true' | undefined;
  /** Milliseconds. */
  readonly slower?: string | undefined;
}

/** Services that have had requests; a trace of another one is found without choosing. */
function useServices(): readonly string[] {
  const list = useMetricList({ namespace: 'Holdfast/Requests', name: 'Requests' });
  const names = (list.data?.metrics ?? []).flatMap(({ dimensions }) => dimensions.service ?? []);
  return [...new Set(names)].sort();
}

const PAUSE_MS = 400;

/** A figure that is asked for once nobody types any more. */
function SlowerField({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed asks anew.
  useEffect(() => {
    if (text === value) return;
    const handle = setTimeout(() => onChange(text), PAUSE_MS);
    return () => clearTimeout(handle);
  }, [text]);
  return (
    <label className="flex items-center gap-2">
      Longer than
      <input
        className="control w-20"
        inputMode="numeric"
        value={text}
        placeholder="0"
        onChange={(event) => setText(event.target.value)}
      />
      ms
    </label>
  );
}

function Filters({ search }: { readonly search: TracesSearch }) {
  const change = useChangeSearch();
  const services = useServices();
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      <label className="flex items-center gap-2">
        Service
        <select
          className="control max-w-56"
          value={search.service ?? ''}
          onChange={(event) => change({ service: event.target.value === '' ? undefined : event.target.value }, true)}
        >
          <option value="">any</option>
          {search.service !== undefined && !services.includes(search.service) && <option>{search.service}</option>}
          {services.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-[var(--accent)]"
          checked={search.failed === 'true'}
          onChange={(event) => change({ failed: event.target.checked ? 'true' : undefined }, true)}
        />
        failed only
      </label>
      <SlowerField
        value={search.slower ?? ''}
        onChange={(text) => change({ slower: text === '' ? undefined : text }, true)}
      />
    </div>
  );
}

/** Length beside the longest of the list, so that the slow one is seen. */
function Bar({ share, failed }: { readonly share: number; readonly failed: boolean }) {
  return (
    <span aria-hidden="true" className="block h-1.5 w-28 bg-sunk">
      <span
        className={`block h-full ${failed ? 'bg-[var(--chart-error)]' : 'bg-[var(--chart-plain)]'}`}
        style={{ width: `${Math.max(1, share * 100)}%` }}
      />
    </span>
  );
}

function TraceTable({ traces }: { readonly traces: readonly TraceSummary[] }) {
  const longest = traces.reduce((most, { durationMs }) => Math.max(most, durationMs), 1);
  return (
    <TableFrame label="Traces">
      <table className="ledger">
        <thead>
          <tr>
            {['Began', 'What'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" className="figure">
              Took
            </th>
            <th scope="col">
              <span className="sr-only">Share of the longest</span>
            </th>
            <th scope="col" className="figure">
              Spans
            </th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody>
          {traces.map((trace) => (
            <tr key={trace.traceId}>
              <td className="font-mono text-xs whitespace-nowrap">
                <Moment at={Math.floor(trace.startMs)} precision="ms" />
              </td>
              <td className="w-full min-w-56">
                <Link
                  to="/traces/$id"
                  params={{ id: trace.traceId }}
                  search={keepRange as never}
                  className="font-medium text-accent underline decoration-line-2 underline-offset-2"
                >
                  {trace.route === '' ? trace.traceId : trace.route}
                </Link>{' '}
                <span className="text-ink-2">{trace.services.join(', ')}</span>
              </td>
              <td className="figure font-semibold whitespace-nowrap">{formatDuration(trace.durationMs)}</td>
              <td>
                <Bar share={trace.durationMs / longest} failed={trace.errors > 0} />
              </td>
              <td className="figure">{formatCount(trace.spans)}</td>
              <td className="whitespace-nowrap">
                {trace.errors > 0 && (
                  <span className="inline-flex items-baseline gap-1.5 text-broken">
                    <Mark state="broken" className="size-3.5" /> {formatCount(trace.errors)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** Which requests were slow or failed, one by one. */
export function TracesPage() {
  useTitle('Traces');
  const search = useSearch({ strict: false }) as TracesSearch;
  const { startMs, endMs } = useRange();
  const slower = Number(search.slower);
  const traces = useTraces({
    ...{ fromMs: Math.floor(startMs), toMs: Math.ceil(endMs), service: search.service },
    ...(search.failed === 'true' ? { status: 'error' } : {}),
    ...(slower > 0 ? { durationMsMin: slower } : {}),
  });
  const found = traces.data?.traces;
  return (
    <MetricsFrame>
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3 border-b-2 border-ink pb-2.5">
        <h1 className="text-xl leading-tight">Which requests were slow or failed?</h1>
        <Filters search={search} />
      </div>
      {traces.isPending && <BoneRows rows={10} label="the traces" />}
      {traces.isError && <FailureNotice error={traces.error} onRetry={() => void traces.refetch()} />}
      {found?.length === 0 && (
        <Empty title="No trace is like that in this time.">
          Choose a longer time above, or take the filters away. How to send traces stands under Traffic.
        </Empty>
      )}
      {found !== undefined && found.length > 0 && <TraceTable traces={found} />}
      {found?.length === 100 && (
        <p className="mt-3 text-sm text-ink-2">The newest 100. Narrow the time to see others.</p>
      )}
    </MetricsFrame>
  );
}
