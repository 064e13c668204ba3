import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useAlerts, useNotifyStatus } from '../api/notify.ts';
import { useMay } from '../api/session.ts';
import type { Alert, NotifyStatus } from '../api/types.ts';
import { formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { AlertState, Labels, lookOf, Severity } from './alert-state.tsx';
import { NotifyFrame } from './notify-frame.tsx';

export interface AlertsSearch {
  readonly state?: 'resolved' | undefined;
  readonly severity?: string | undefined;
}

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

function Filters({ state, severity }: AlertsSearch) {
  const change = useChangeSearch();
  return (
    <div className="flex flex-wrap gap-2">
      <select
        className="control"
        aria-label="State"
        value={state ?? ''}
        onChange={(event) => change({ state: event.target.value === '' ? undefined : event.target.value }, true)}
      >
        <option value="">firing</option>
        <option value="resolved">resolved</option>
      </select>
      <select
        className="control"
        aria-label="Severity"
        value={severity ?? ''}
        onChange={(event) => change({ severity: event.target.value === '' ? undefined : event.target.value }, true)}
      >
        <option value="">any severity</option>
        {SEVERITIES.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Why an alert might reach nobody, before the alerts themselves. */
function Troubles({ status }: { readonly status: NotifyStatus }) {
  const where = (
    <Link to="/alerts/channels" search={keepRange as never} className="text-accent underline underline-offset-2">
      Channels and routes
    </Link>
  );
  return (
    <div className="mb-5 space-y-2 empty:hidden">
      {!status.tellsAnybody && (
        <Notice tone="warn" title="Nobody is told of anything yet.">
          Alerts are stored and shown here, but no route leads to a channel. Make the first one under {where}.
        </Notice>
      )}
      {status.failingChannels.length > 0 && (
        <Notice tone="broken" title={`${status.failingChannels.join(', ')}: notifications do not arrive.`}>
          What the other side answers stands under {where}.
        </Notice>
      )}
    </div>
  );
}

function AlertRow({
  alert,
  onAcknowledge,
}: {
  readonly alert: Alert;
  readonly onAcknowledge: (() => void) | undefined;
}) {
  const look = lookOf(alert);
  return (
    <tr className={look === 'silenced' || look === 'resolved' ? 'text-ink-2' : ''}>
      <td className="whitespace-nowrap">
        <AlertState alert={alert} />
        <div className="text-xs sm:hidden">
          <Severity severity={alert.severity} />
        </div>
        {alert.acknowledged !== undefined && alert.state === 'firing' && (
          <div className="max-w-[14ch] truncate sm:max-w-[18ch] text-xs text-ink-3" title={alert.acknowledged.by}>
            by {alert.acknowledged.by}
          </div>
        )}
      </td>
      <td className="hidden sm:table-cell">
        <Severity severity={alert.severity} />
      </td>
      <td className="w-full min-w-56">
        <Link
          to="/alerts/$key"
          params={{ key: alert.key }}
          search={keepRange as never}
          className="font-medium text-accent underline decoration-line-2 underline-offset-2"
        >
          {alert.title}
        </Link>
        <div>
          <Labels labels={alert.labels} />
        </div>
      </td>
      <td className="whitespace-nowrap">{alert.source}</td>
      <td className="whitespace-nowrap">
        <Ago at={alert.state === 'resolved' ? (alert.resolvedMs ?? alert.firedMs) : alert.firedMs} />
      </td>
      <td className="whitespace-nowrap">
        {alert.notifiedMs === undefined ? <span className="text-ink-3">not told</span> : <Ago at={alert.notifiedMs} />}
      </td>
      <td className="figure">
        {onAcknowledge !== undefined && look !== 'acknowledged' && look !== 'resolved' && (
          <Button small onClick={onAcknowledge} aria-label={`Acknowledge ${alert.title}`}>
            Acknowledge…
          </Button>
        )}
      </td>
    </tr>
  );
}

export function AlertTable({
  alerts,
  onAcknowledge,
}: {
  readonly alerts: readonly Alert[];
  readonly onAcknowledge: ((alert: Alert) => void) | undefined;
}) {
  return (
    <TableFrame label="Alerts">
      <table className="ledger">
        <thead>
          <tr>
            {['State', 'Severity', 'What', 'From', 'Since', 'Told'].map((name) => (
              <th key={name} scope="col" className={name === 'Severity' ? 'hidden sm:table-cell' : ''}>
                {name}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Acknowledge</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow
              key={alert.key}
              alert={alert}
              onAcknowledge={onAcknowledge === undefined ? undefined : () => onAcknowledge(alert)}
            />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Headline({ status, search }: { readonly status: NotifyStatus | undefined; readonly search: AlertsSearch }) {
  const open = status === undefined ? undefined : status.firing - status.acknowledged - status.silenced;
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-b-2 border-ink pb-3">
      <h1 className="flex items-end gap-3 leading-none">
        <span
          className={`text-[52px] leading-[0.85] font-semibold tracking-[-0.03em] ${(open ?? 0) > 0 ? 'text-broken' : ''}`}
        >
          {open === undefined ? '–' : formatCount(open)}
        </span>
        <span className="text-md leading-snug font-normal text-ink-2">
          {open === 1 ? 'alert needs somebody' : 'alerts need somebody'}
          <br />
          <span className="text-sm">
            {status === undefined
              ? ' '
              : `${formatCount(status.firing)} firing: ${formatCount(status.acknowledged)} acknowledged, ${formatCount(status.silenced)} silenced`}
          </span>
        </span>
      </h1>
      <Filters {...search} />
    </header>
  );
}

/** What needs somebody now, and does somebody have it? */
export function AlertsPage() {
  useTitle('Alerts');
  const { state, severity } = useSearch({ strict: false }) as AlertsSearch;
  const mayRespond = useMay('respondNotify');
  const alerts = useAlerts({ state: state ?? 'firing', severity });
  const status = useNotifyStatus();
  const [acknowledging, setAcknowledging] = useState<Alert>();
  const shown = alerts.data?.alerts;
  return (
    <NotifyFrame>
      <Headline status={status.data} search={{ state, severity }} />
      {status.data !== undefined && <Troubles status={status.data} />}
      {alerts.isPending && <BoneRows rows={6} label="the alerts" />}
      {alerts.isError && <FailureNotice error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {shown?.length === 0 && (
        <Empty title={state === 'resolved' ? 'Nothing was resolved in the last 30 days.' : 'Nothing fires.'}>
          {severity === undefined
            ? 'Alarms, backups, drills and channels raise alerts here by themselves; the page shows them within seconds.'
            : `None of the severity ${severity}; there may be others.`}
        </Empty>
      )}
      {shown !== undefined && shown.length > 0 && (
        <AlertTable alerts={shown} onAcknowledge={mayRespond ? setAcknowledging : undefined} />
      )}
      {shown !== undefined && alerts.data !== undefined && alerts.data.total > shown.length && (
        <p className="mt-3 text-sm text-ink-2">
          And {formatCount(alerts.data.total - shown.length)} more. Choose a severity to see fewer at once.
        </p>
      )}
      {acknowledging !== undefined && (
        <AcknowledgeDialog alert={acknowledging} onClose={() => setAcknowledging(undefined)} />
      )}
    </NotifyFrame>
  );
}
