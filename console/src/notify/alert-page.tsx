import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAlert } from '../api/notify.ts';
import { useMay } from '../api/session.ts';
import type { Alert, AlertDetail } from '../api/types.ts';
import { formatDuration } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { Button } from '../parts/button.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { AlertState, Severity } from './alert-state.tsx';
import { NotifyFrame } from './notify-frame.tsx';
import { SilenceDialog } from './silence-dialog.tsx';

function Facts({ alert }: { readonly alert: Alert }) {
  const now = useNow();
  const lastedMs = Math.max(0, (alert.state === 'resolved' ? (alert.resolvedMs ?? now) : now) - alert.firedMs);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['Severity', <Severity key="severity" severity={alert.severity} />],
    ['Fired', <Moment key="fired" at={alert.firedMs} />],
    [alert.state === 'resolved' ? 'Lasted' : 'Firing for', formatDuration(lastedMs)],
    ['Raised by', alert.source],
    ['Last told', alert.notifiedMs === undefined ? 'not told' : <Ago key="told" at={alert.notifiedMs} />],
    ['Last seen', <Ago key="seen" at={alert.seenMs} />],
  ];
  return (
    <dl className="mb-5 grid grid-cols-2 gap-x-6 sm:grid-cols-3">
      {facts.map(([label, value]) => (
        <div key={label} className="flex flex-col-reverse border-b border-line py-1.5">
          <dt className="text-xs text-ink-3">{label}</dt>
          <dd className="text-md">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const WORDS = {
  fired: 'Fired',
  resolved: 'Resolved',
  acknowledged: 'Acknowledged',
  escalated: 'Escalated',
} as const;

function Timeline({ events }: Pick<AlertDetail, 'events'>) {
  return (
    <Section title="What happened" lead="The last 30 days, the newest first.">
      {events.length === 0 && <Empty title="Nothing is on record any more." />}
      <ol className="-mt-3">
        {events.map((event) => (
          <li
            key={`${event.atMs} ${event.type}`}
            className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-0.5 border-b border-line py-2 text-sm sm:grid-cols-[150px_110px_1fr]"
          >
            <span className="text-ink-3">
              <Moment at={event.atMs} />
            </span>
            <strong className="font-semibold">{WORDS[event.type]}</strong>
            <span className="col-span-2 min-w-0 break-words text-ink-2 sm:col-span-1">
              {event.by !== undefined && <>by {event.by}</>}
              {event.by !== undefined && event.detail !== '' && ': '}
              {event.detail}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Acts({ alert }: { readonly alert: Alert }) {
  const mayRespond = useMay('respondNotify');
  const [open, setOpen] = useState<'acknowledge' | 'silence'>();
  if (!mayRespond || alert.state === 'resolved') return null;
  return (
    <div className="flex gap-2">
      <Button onClick={() => setOpen('silence')}>Silence…</Button>
      {alert.acknowledged === undefined && (
        <Button tone="accent" onClick={() => setOpen('acknowledge')}>
          Acknowledge…
        </Button>
      )}
      {open === 'acknowledge' && <AcknowledgeDialog alert={alert} onClose={() => setOpen(undefined)} />}
      {open === 'silence' && <SilenceDialog matchers={`key=${alert.key}`} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function Known({ detail }: { readonly detail: AlertDetail }) {
  const { alert } = detail;
  return (
    <>
      <header className="mb-4 border-b-2 border-ink pb-3">
        <p className="mb-1">
          <AlertState alert={alert} />
          {alert.acknowledged !== undefined && (
            <span className="text-sm text-ink-2">
              {' '}
              by {alert.acknowledged.by}, <Ago at={alert.acknowledged.atMs} />
              {alert.acknowledged.note !== '' && <>: “{alert.acknowledged.note}”</>}
            </span>
          )}
          {alert.silencedBy.length > 0 && alert.state === 'firing' && (
            <Link to="/alerts/silences" className="ml-2 text-sm text-accent underline underline-offset-2">
              see its silence
            </Link>
          )}
        </p>
        <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <div className="min-w-0">
            <h1 className="text-xl leading-tight break-words">{alert.title}</h1>
            <p className="mt-1 font-mono text-xs break-all text-ink-3">{alert.key}</p>
          </div>
          <Acts alert={alert} />
        </div>
      </header>
      {alert.body !== '' && <p className="mb-5 max-w-[76ch] break-words whitespace-pre-wrap">{alert.body}</p>}
      {alert.path !== undefined && (
        <p className="mb-5 text-sm">
          <a href={alert.path} className="text-accent underline underline-offset-2">
            Go to what raised it
          </a>
        </p>
      )}
      <Facts alert={alert} />
      {Object.keys(alert.labels).length > 0 && (
        <Section title="Labels" lead="Routes and silences look at these.">
          <dl className="-mt-3 text-sm">
            {Object.entries(alert.labels).map(([name, value]) => (
              <div key={name} className="flex gap-4 border-b border-line py-1.5 font-mono text-xs">
                <dt className="w-40 shrink-0 break-all text-ink-3">{name}</dt>
                <dd className="min-w-0 break-all">{value}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      <Timeline events={detail.events} />
    </>
  );
}

/** One alert: what is it, who has it, what happened? */
export function AlertPage() {
  const { key } = useParams({ strict: false }) as { readonly key: string };
  const alert = useAlert(key);
  useTitle(alert.data?.alert.title ?? 'Alert');
  return (
    <NotifyFrame>
      {alert.isPending && (
        <>
          <h1 className="sr-only">Alert</h1>
          <BoneRows rows={8} label="the alert" />
        </>
      )}
      {alert.isError && (
        <>
          {alert.data === undefined && <h1 className="mb-4 text-xl">This alert cannot be shown</h1>}
          <FailureNotice error={alert.error} onRetry={() => void alert.refetch()} />
        </>
      )}
      {alert.data !== undefined && <Known detail={alert.data} />}
    </NotifyFrame>
  );
}
