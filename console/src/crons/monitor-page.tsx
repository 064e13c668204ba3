import { Link, useParams, useSearch } from '@tanstack/react-router';
import { BellOff, BellRing, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { CheckIn, Monitor } from '../api/issue-types.ts';
import { useChangeMonitor, useCheckIns, useDeleteMonitor, useMonitor, useMonitorTimelines } from '../api/monitors.ts';
import { useProjectList } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { cx } from '../base/class-names.ts';
import { formatDuration } from '../base/format.ts';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { Button } from '../parts/button.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';
import { keepRange, useChangeSearch, useGo } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { MonitorDialog } from './monitor-dialog.tsx';
import { checkInLook, scheduleInWords } from './monitor-words.ts';
import { MonitorStateWord, NextCheckIn } from './monitors-page.tsx';
import { TimelineBar, TimelineKey } from './timeline-bar.tsx';

const STEPS = 120;
const HOUR = 3_600_000;
const MUTES = [
  { label: 'For an hour', ms: HOUR },
  { label: 'For a day', ms: 24 * HOUR },
  { label: 'For a week', ms: 168 * HOUR },
] as const;

function Actions({ monitor }: { readonly monitor: Monitor }) {
  const change = useChangeMonitor(monitor.id);
  const remove = useDeleteMonitor(monitor.id);
  const mayManage = useMay('manageIssues');
  const go = useGo();
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  return (
    <div className="flex flex-wrap gap-2">
      {monitor.isMuted ? (
        <Button disabled={change.isPending} onClick={() => change.mutate({ isMuted: false })}>
          <BellRing size={14} /> Unmute
        </Button>
      ) : (
        <Menu
          align="end"
          trigger={
            <Button disabled={change.isPending}>
              <BellOff size={14} /> Mute
            </Button>
          }
        >
          {MUTES.map(({ label, ms }) => (
            <MenuItem key={label} onSelect={() => change.mutate({ isMuted: true, mutedUntilMs: Date.now() + ms })}>
              {label}
            </MenuItem>
          ))}
          <MenuItem onSelect={() => change.mutate({ isMuted: true })}>Until it is unmuted</MenuItem>
        </Menu>
      )}
      <Button onClick={() => setDialog('edit')}>
        <Pencil size={14} /> Change…
      </Button>
      {mayManage && (
        <Button tone="quiet" onClick={() => setDialog('delete')}>
          <Trash2 size={14} /> Delete…
        </Button>
      )}
      {change.isError && <FailureNotice error={change.error} />}
      {dialog === 'edit' && (
        <MonitorDialog monitor={monitor} projectId={monitor.projectId} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'delete' && (
        <ConfirmByName
          title={`Delete ${monitor.name}`}
          name={monitor.name}
          verb="Delete the monitor"
          busy={remove.isPending}
          error={remove.error}
          onCancel={() => setDialog(undefined)}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => go('/crons') })}
        >
          <Notice tone="broken" title="Nobody notices any more when it does not run.">
            Its check-ins are gone. The next check-in that says a schedule makes it again.
          </Notice>
        </ConfirmByName>
      )}
    </div>
  );
}

function Timelines({ monitor }: { readonly monitor: Monitor }) {
  const { startMs, endMs, generation } = useRange();
  const timelines = useMonitorTimelines(monitor.id, { startMs, endMs, generation, steps: STEPS });
  return (
    <Section title="Over time" action={<TimelineKey />}>
      {timelines.isError && <FailureNotice error={timelines.error} />}
      {timelines.data?.length === 0 && <Empty title="It did not check in in this time." />}
      {timelines.data?.map((timeline) => {
        const environment = monitor.environments.find(({ name }) => name === timeline.environment);
        return (
          <div key={timeline.environment} className="mb-4">
            <p className="mb-1 flex flex-wrap gap-x-4 text-sm">
              <strong className="font-semibold">{timeline.environment}</strong>
              {environment !== undefined && <MonitorStateWord state={environment.state} />}
              {environment?.isFailing === true && environment.failingSinceMs !== undefined && (
                <span className="font-medium text-broken">
                  fails since <Ago at={environment.failingSinceMs} />
                </span>
              )}
              <span className="text-ink-3">
                <NextCheckIn atMs={environment?.nextCheckInMs} />
              </span>
            </p>
            <TimelineBar timeline={timeline} label={timeline.environment} />
          </div>
        );
      })}
    </Section>
  );
}

function CheckInRow({ checkIn }: { readonly checkIn: CheckIn }) {
  const look = checkInLook(checkIn);
  const late = checkIn.expectedMs === undefined ? 0 : checkIn.startedMs - checkIn.expectedMs;
  return (
    <tr>
      <td className={cx('whitespace-nowrap', look.tone)}>
        <MonitorStateWord state={checkIn.status} />
      </td>
      <td className="font-mono text-xs whitespace-nowrap">
        <Moment at={checkIn.startedMs} />
      </td>
      <td className="whitespace-nowrap">
        {checkIn.expectedMs === undefined ? (
          <span className="text-ink-3">out of turn</span>
        ) : late > 60_000 && checkIn.status !== 'missed' ? (
          <span className="text-warn">{formatDuration(late)} late</span>
        ) : (
          <span className="text-ink-3">{late >= 0 && checkIn.status !== 'missed' ? 'in time' : ''}</span>
        )}
      </td>
      <td className="figure">{checkIn.durationMs === undefined ? '–' : formatDuration(checkIn.durationMs)}</td>
      <td>{checkIn.environment}</td>
      <td className="font-mono text-xs">{checkIn.release}</td>
      <td>
        {checkIn.traceId !== undefined && checkIn.traceId !== '' && (
          <Link
            to="/traces/$id"
            params={{ id: checkIn.traceId }}
            search={keepRange as never}
            className="text-accent underline underline-offset-2"
          >
            Trace
          </Link>
        )}
      </td>
    </tr>
  );
}

function CheckIns({ monitor, environment }: { readonly monitor: Monitor; readonly environment: string | undefined }) {
  const list = useCheckIns(monitor.id, environment);
  const change = useChangeSearch();
  const checkIns = list.data?.pages.flatMap((page) => page.checkIns) ?? [];
  return (
    <Section
      title="Check-ins"
      lead="Newest first."
      action={
        monitor.environments.length > 1 && (
          <select
            aria-label="Environment"
            className="control"
            value={environment ?? ''}
            onChange={(event) => change({ env: event.target.value === '' ? undefined : event.target.value }, true)}
          >
            <option value="">All environments</option>
            {monitor.environments.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )
      }
    >
      {list.isPending && <BoneRows rows={6} label="the check-ins" />}
      {list.isError && checkIns.length === 0 && (
        <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && checkIns.length === 0 && <Empty title="It has not checked in yet." />}
      {checkIns.length > 0 && (
        <TableFrame label="Check-ins">
          <table className="ledger">
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Began</th>
                <th scope="col">Due</th>
                <th scope="col" className="figure">
                  Took
                </th>
                <th scope="col">Environment</th>
                <th scope="col">Release</th>
                <th scope="col">
                  <span className="sr-only">Trace</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {checkIns.map((checkIn) => (
                <CheckInRow key={checkIn.id} checkIn={checkIn} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {list.hasNextPage && (
        <div className="mt-3">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Section>
  );
}

function Facts({ monitor }: { readonly monitor: Monitor }) {
  const project = useProjectList().find(({ id }) => id === monitor.projectId);
  return (
    <p className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1 text-sm text-ink-2">
      <span>
        <code>{scheduleInWords(monitor.schedule)}</code> in {monitor.timezone}
      </span>
      <span>
        missed after {monitor.checkInMarginMinutes} min, too long after {monitor.maxRuntimeMinutes} min
      </span>
      <span>
        tells after {monitor.failureThreshold}, ends after {monitor.recoveryThreshold}
      </span>
      {project !== undefined && <span>{project.name}</span>}
      <span className="text-ink-3">
        <code>{monitor.slug}</code>, described by {monitor.configuredBy === 'sdk' ? 'its SDK' : 'a person'}
      </span>
    </p>
  );
}

/** Does this job run as it should? */
export function MonitorPage() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string };
  const { env } = useSearch({ strict: false }) as { readonly env?: string };
  const monitor = useMonitor(id);
  const mayRespond = useMay('respondIssues');
  useTitle(monitor.data?.name ?? 'Monitor');
  return (
    <IssuesFrame>
      <p className="mb-1 text-sm">
        <Link to="/crons" search={keepRange as never} className="text-accent underline underline-offset-2">
          Crons
        </Link>
      </p>
      {monitor.isPending && <BoneRows rows={8} label="the monitor" />}
      {monitor.isError && monitor.data === undefined && (
        <>
          <h1 className="mb-4 text-xl">This monitor cannot be shown</h1>
          <FailureNotice error={monitor.error} onRetry={() => void monitor.refetch()} />
        </>
      )}
      {monitor.data !== undefined && (
        <>
          <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 border-b-2 border-ink pb-3">
            <div className="min-w-0">
              <h1 className="text-xl leading-tight">{monitor.data.name}</h1>
              <Facts monitor={monitor.data} />
            </div>
            {mayRespond && <Actions monitor={monitor.data} />}
          </header>
          {monitor.data.isMuted && (
            <div className="mb-4">
              <Notice tone="plain" title="Nobody is told of it.">
                Its check-ins are recorded all the same
                {monitor.data.mutedUntilMs === undefined ? (
                  '.'
                ) : (
                  <>
                    , until <Moment at={monitor.data.mutedUntilMs} precision="minute" />.
                  </>
                )}
              </Notice>
            </div>
          )}
          {monitor.data.configProblem !== undefined && (
            <div className="mb-4">
              <Notice tone="warn" title="The newest configuration of the SDK was not taken.">
                {monitor.data.configProblem}
              </Notice>
            </div>
          )}
          <Timelines monitor={monitor.data} />
          <CheckIns monitor={monitor.data} environment={env} />
        </>
      )}
    </IssuesFrame>
  );
}
