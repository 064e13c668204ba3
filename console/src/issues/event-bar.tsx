import { Link } from '@tanstack/react-router';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect } from 'react';
import type { EventView } from '../api/issue-types.ts';
import { readPreferences } from '../base/preferences.ts';
import { absoluteRange } from '../base/time-range.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';

const ID_SHOWN = 8;
/** Records of the same request lie round the event. */
const AROUND_MS = 15 * 60_000;

/** ← and → go through the events, unless somebody types or is in a dialog. */
function useArrows(view: EventView, show: (event: string) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.key === 'ArrowLeft' ? view.previous : event.key === 'ArrowRight' ? view.next : undefined;
      if (target === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!readPreferences().singleKeys || document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      const { target: at } = event;
      if (at instanceof HTMLElement && at.closest('input, textarea, select, [role="group"][tabindex]') !== null) return;
      show(target);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [view, show]);
}

function Links({ view }: { readonly view: EventView }) {
  const { traceId, timeMs } = view.event;
  if (traceId === '') return null;
  const link = 'text-accent underline decoration-line-2 underline-offset-2';
  return (
    <>
      <Link to="/traces/$id" params={{ id: traceId }} search={keepRange as never} className={link}>
        Trace
      </Link>
      <Link
        to="/logs"
        search={
          {
            q: `filter traceId = "${traceId}"`,
            ...absoluteRange({ startMs: timeMs - AROUND_MS, endMs: timeMs + AROUND_MS }),
          } as never
        }
        className={link}
      >
        Logs
      </Link>
    </>
  );
}

/** Which event of the issue is shown, and the way to the others. */
export function EventBar({ view, which }: { readonly view: EventView; readonly which: string }) {
  const change = useChangeSearch();
  const { event, previous, next, oldest, latest } = view;
  const show = (id: string): void => change({ event: id }, true);
  useArrows(view, show);
  const step = (label: string, id: string | undefined, icon: React.ReactNode) => (
    <IconButton
      label={label}
      disabled={id === undefined || id === event.eventId}
      onClick={() => id !== undefined && show(id)}
      className="size-[30px]! border-edge!"
    >
      {icon}
    </IconButton>
  );
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2 text-sm">
      <div className="flex -space-x-px">
        {step('Oldest event', oldest, <ChevronFirst size={16} />)}
        {step('Older event (←)', previous, <ChevronLeft size={16} />)}
        {step('Newer event (→)', next, <ChevronRight size={16} />)}
        {step('Latest event', latest, <ChevronLast size={16} />)}
      </div>
      {which !== 'recommended' && (
        <Button
          small
          tone="quiet"
          title="The newest event that tells most"
          onClick={() => change({ event: undefined }, true)}
        >
          Recommended
        </Button>
      )}
      <p className="min-w-0">
        <span className="text-ink-3">Event</span> <code title={event.eventId}>{event.eventId.slice(0, ID_SHOWN)}</code>{' '}
        <Moment at={event.timeMs} />{' '}
        <span className="text-ink-3">
          (<Ago at={event.timeMs} />)
        </span>
      </p>
      <span className="ml-auto flex flex-wrap items-center gap-3">
        <Links view={view} />
        <CopyButton label="Copy id" text={event.eventId} />
        <CopyButton label="Copy JSON" text={JSON.stringify(event, null, 2)} />
      </span>
    </div>
  );
}
