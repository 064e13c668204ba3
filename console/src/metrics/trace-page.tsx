import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTrace } from '../api/traces.ts';
import type { Trace, TraceSpan } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatDuration, formatPlural } from '../base/format.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { Mark } from '../parts/mark.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { Scrollable } from '../parts/scrollable.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange } from '../shell/go.ts';
import { colourAt } from './graph.tsx';
import { MetricsFrame } from './metrics-frame.tsx';
import { inTreeOrder, type PlacedSpan } from './span-order.ts';

const SHOWN_STEP = 300;
const INDENT_PX = 14;
const INDENT_MAX = 12;

interface Extent {
  readonly startMs: number;
  readonly lengthMs: number;
}

function SpanDetails({ span, extent }: { readonly span: TraceSpan; readonly extent: Extent }) {
  const { attributes, resource, events, links, spanId, kind, scope, statusMessage } = span;
  return (
    <div className="border-b border-line bg-sheet px-3 py-3 text-sm">
      <p className="mb-2 text-ink-2">
        {kind} span <code>{spanId}</code>, began {formatDuration(Math.max(0, span.startMs - extent.startMs))} into the
        trace, took {formatDuration(span.durationMs)}
        {scope !== '' && <>, by {scope}</>}.
      </p>
      {statusMessage !== '' && <p className="mb-2 font-medium break-words text-broken">{statusMessage}</p>}
      <JsonView
        label={`Attributes of ${span.name}`}
        value={{
          attributes,
          ...(events.length > 0 ? { events } : {}),
          ...(links.length > 0 ? { links } : {}),
          resource,
        }}
      />
    </div>
  );
}

function SpanRow({
  placed,
  extent,
  colour,
}: {
  readonly placed: PlacedSpan;
  readonly extent: Extent;
  readonly colour: string;
}) {
  const { span, depth } = placed;
  const [open, setOpen] = useState(false);
  const left = Math.min(99.7, ((span.startMs - extent.startMs) / extent.lengthMs) * 100);
  const width = Math.max(0.3, Math.min(100 - left, (span.durationMs / extent.lengthMs) * 100));
  const failed = span.status === 'error';
  const time = formatDuration(span.durationMs);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={cx(
          'grid w-full grid-cols-[minmax(220px,38%)_1fr] items-center border-b border-line text-left text-xs hover:bg-sunk',
          open && 'bg-sunk',
        )}
      >
        <span
          className="flex min-w-0 items-baseline gap-1.5 py-1.5 pr-3"
          style={{ paddingLeft: 6 + Math.min(depth, INDENT_MAX) * INDENT_PX }}
        >
          <i className="inline-block size-2 shrink-0 self-center" style={{ background: `var(${colour})` }} />
          {failed && <Mark state="broken" className="size-3.5" />}
          <span className={cx('truncate', failed && 'font-semibold text-broken')}>{span.name}</span>
          <span className="truncate text-ink-3">{span.service}</span>
          {failed && <span className="sr-only">failed</span>}
        </span>
        <span className="relative h-6">
          <span
            className="absolute top-[9px] h-1.5"
            style={{
              left: `${left}%`,
              width: `${width}%`,
              background: failed ? 'var(--chart-error)' : `var(${colour})`,
            }}
          />
          <span
            className="absolute top-[4px] bg-paper px-1 leading-4 whitespace-nowrap text-ink-2"
            style={beside(left, width)}
          >
            {time}
          </span>
        </span>
      </button>
      {open && <SpanDetails span={span} extent={extent} />}
    </li>
  );
}

/** The time of a bar: behind it, else before it, else over its end. */
function beside(left: number, width: number): { readonly left: string } | { readonly right: string } {
  if (left + width < 86) return { left: `calc(${left + width}% + 6px)` };
  return left > 14 ? { right: `calc(${100 - left}% + 6px)` } : { right: '0' };
}

/** Thin lines at quarters of the trace, with their times. */
function Scale({ lengthMs }: { readonly lengthMs: number }) {
  return (
    <div className="grid grid-cols-[minmax(220px,38%)_1fr] border-b border-line-2 text-2xs text-ink-3">
      <span className="py-1 pl-1.5">Span</span>
      <span className="flex justify-between py-1">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part}>{part === 0 ? '0' : formatDuration(lengthMs * part)}</span>
        ))}
      </span>
    </div>
  );
}

function Waterfall({ trace }: { readonly trace: Trace }) {
  const [limit, setLimit] = useState(SHOWN_STEP);
  const placed = useMemo(() => inTreeOrder(trace.spans), [trace]);
  const startMs = trace.spans.reduce((least, span) => Math.min(least, span.startMs), Number.POSITIVE_INFINITY);
  const endMs = trace.spans.reduce((most, span) => Math.max(most, span.startMs + span.durationMs), startMs);
  const extent: Extent = { startMs, lengthMs: Math.max(endMs - startMs, 0.001) };
  const services = [...new Set(trace.spans.map(({ service }) => service))];
  const failed = trace.spans.filter(({ status }) => status === 'error').length;
  const root = placed[0]?.span;
  const around = absoluteRange({ startMs: Math.floor(startMs) - 60_000, endMs: Math.ceil(endMs) + 60_000 });
  return (
    <>
      <h1 className="border-b-2 border-ink pb-2.5 text-xl leading-tight break-words">
        {root?.route === '' || root === undefined ? trace.traceId : root.route}
      </h1>
      <p className="mt-2.5 mb-4 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm text-ink-2">
        <strong className="text-lg font-semibold text-ink">{formatDuration(extent.lengthMs)}</strong>
        <span>{formatPlural(trace.spans.length, 'span')}</span>
        <span className={failed > 0 ? 'font-semibold text-broken' : ''}>{formatCountOfFailed(failed)}</span>
        <span>
          began <Moment at={Math.floor(startMs)} precision="ms" />
        </span>
        <code className="text-xs break-all">{trace.traceId}</code>
        <CopyButton text={trace.traceId} />
        <Link
          to="/logs"
          search={{ q: `filter traceId = "${trace.traceId}"`, ...around } as never}
          className="text-accent underline decoration-line-2 underline-offset-2"
        >
          Logs of this trace
        </Link>
      </p>
      <Scrollable label="Spans" className="overflow-x-auto">
        <div className="min-w-[560px]">
          <Scale lengthMs={extent.lengthMs} />
          <ul>
            {placed.slice(0, limit).map((one) => (
              <SpanRow
                key={one.span.spanId}
                placed={one}
                extent={extent}
                colour={colourAt(services.indexOf(one.span.service))}
              />
            ))}
          </ul>
        </div>
      </Scrollable>
      {placed.length > limit && (
        <div className="mt-3">
          <Button onClick={() => setLimit(limit + SHOWN_STEP)}>
            Show more of {formatPlural(placed.length - limit, 'other span')}
          </Button>
        </div>
      )}
    </>
  );
}

const formatCountOfFailed = (failed: number): string => (failed === 0 ? 'none failed' : `${failed} failed`);

/** Where the time of one request went, and what failed in it. */
export function TracePage() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string };
  useTitle('Trace');
  const trace = useTrace(id);
  return (
    <MetricsFrame>
      <p className="mb-3 text-sm">
        <Link to="/traces" search={keepRange as never} className="text-accent underline underline-offset-2">
          All traces
        </Link>
      </p>
      {trace.isPending && <BoneRows rows={12} label="the trace" />}
      {trace.isError && (
        <>
          <h1 className="mb-4 text-xl">This trace cannot be shown</h1>
          <FailureNotice error={trace.error} onRetry={() => void trace.refetch()} />
        </>
      )}
      {trace.data !== undefined && <Waterfall trace={trace.data} />}
    </MetricsFrame>
  );
}
