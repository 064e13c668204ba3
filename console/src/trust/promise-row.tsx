import { ChevronRight } from 'lucide-react';
import type { ProbeStatus, PromiseStatus } from '../api/types.ts';
import { formatTime, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { StateWord } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';

/** The measurement that decides the state: what failed, else what ran last. */
export function decidingProbe(promise: PromiseStatus): ProbeStatus | undefined {
  const ran = promise.probes.filter((probe) => probe.lastProof !== undefined);
  const last = [...ran].sort((a, b) => (b.lastProof?.startedAtMs ?? 0) - (a.lastProof?.startedAtMs ?? 0));
  return last.find((probe) => probe.state === 'failed') ?? last[0] ?? promise.probes[0];
}

/** By which measurement, with its figures; for the unproven, why. */
function Because({ promise }: { readonly promise: PromiseStatus }) {
  const probe = decidingProbe(promise);
  const others = promise.probes.length - 1;
  const text = promise.state === 'proven' ? (probe?.lastProof?.summary ?? promise.reason) : promise.reason;
  return (
    <p className={promise.state === 'broken' ? 'text-broken' : 'text-ink-2'}>
      {text}
      {probe !== undefined && (
        <span className="ml-2 font-mono text-xs text-ink-3">
          {probe.id}
          {others > 0 && ` +${others}`}
        </span>
      )}
    </p>
  );
}

function When({ promise }: { readonly promise: PromiseStatus }) {
  const { zone } = usePreferences();
  const { lastProvenMs } = promise;
  if (lastProvenMs === undefined) return <span className="text-ink-3">never proven</span>;
  return (
    <>
      <span className="text-ink-3 print:hidden">
        {promise.state === 'proven' ? 'proven ' : 'last proven '}
        <Ago at={lastProvenMs} />
      </span>
      <span className="hidden print:inline">
        {promise.state !== 'proven' && 'last proven '}
        {formatTime(lastProvenMs, zone)} {zoneName(zone, lastProvenMs)}
      </span>
    </>
  );
}

interface PromiseRowProps {
  readonly promise: PromiseStatus;
  readonly onOpen: () => void;
}

export function PromiseRow({ promise, onOpen }: PromiseRowProps) {
  return (
    <li
      id={promise.id}
      className="print-row group relative grid grid-cols-[34px_1fr] gap-x-2 border-b border-line px-1 py-2 hover:bg-sunk sm:grid-cols-[40px_1fr_190px_16px] sm:gap-x-4 sm:px-2"
    >
      <span className="pt-[3px] font-mono text-xs text-ink-3">{promise.id}</span>
      <div className="min-w-0">
        <h2 className="text-md leading-snug font-medium text-pretty">
          <button type="button" onClick={onOpen} className="text-left after:absolute after:inset-0">
            {promise.sentence}
          </button>
        </h2>
        <div className="mt-0.5 text-sm">
          <Because promise={promise} />
        </div>
      </div>
      <div className="col-start-2 mt-1.5 flex flex-wrap items-baseline gap-x-3 text-sm sm:col-start-3 sm:mt-0 sm:flex-col sm:gap-y-0.5">
        <StateWord state={promise.state} />
        <When promise={promise} />
      </div>
      <ChevronRight
        size={16}
        aria-hidden="true"
        className="no-print mt-0.5 hidden text-ink-3 group-hover:text-accent sm:block"
      />
    </li>
  );
}
