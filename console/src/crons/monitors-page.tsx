import { Link, useSearch } from '@tanstack/react-router';
import { BellOff, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Monitor, Monitors } from '../api/issue-types.ts';
import { useMonitors } from '../api/monitors.ts';
import { useProjectList } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatTime } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { usePreferences } from '../base/preferences.ts';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { ProjectSelect } from '../issues/pickers.tsx';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Section, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { FirstMonitor } from './first-monitor.tsx';
import { MonitorDialog } from './monitor-dialog.tsx';
import { STATE_LOOKS, scheduleInWords } from './monitor-words.ts';
import { TimelineBar, TimelineKey } from './timeline-bar.tsx';

export interface CronsSearch {
  readonly of?: string | undefined;
}

const STEPS = 96;

type Listed = Monitors['monitors'][number];

export function MonitorStateWord({ state }: { readonly state: Monitor['environments'][number]['state'] }) {
  const { word, mark, tone } = STATE_LOOKS[state];
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 whitespace-nowrap', tone)}>
      <Mark state={mark} className={cx('size-3.5', tone)} />
      {word}
    </span>
  );
}

/** When it is due; one that is late already says so. */
export function NextCheckIn({ atMs }: { readonly atMs: number | undefined }) {
  const now = useNow();
  if (atMs === undefined) return null;
  return (
    <>
      {atMs < now ? 'due' : 'next'} <Ago at={atMs} />
    </>
  );
}

/** What fails first, and among those the longest. */
const rankOf = ({ monitor }: Listed): number => {
  const failing = monitor.environments.flatMap(({ isFailing, failingSinceMs }) =>
    isFailing ? [failingSinceMs ?? 0] : [],
  );
  return failing.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...failing);
};

function MonitorItem({ listed, slug }: { readonly listed: Listed; readonly slug: string | undefined }) {
  const { monitor, timelines } = listed;
  return (
    <li className="border-b border-line py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Link
          to="/crons/$id"
          params={{ id: monitor.id }}
          search={keepRange as never}
          className="text-md font-medium text-accent underline decoration-line-2 underline-offset-2"
        >
          {monitor.name}
        </Link>
        <code className="text-xs text-ink-2">{scheduleInWords(monitor.schedule)}</code>
        {slug !== undefined && <span className="text-xs text-ink-3">{slug}</span>}
        {monitor.isMuted && (
          <Tag>
            <BellOff size={11} className="-mt-0.5 inline" aria-hidden="true" /> muted
          </Tag>
        )}
        {monitor.configProblem !== undefined && <Tag tone="warn">configuration not taken</Tag>}
      </div>
      {monitor.environments.length === 0 && <p className="mt-1 text-sm text-ink-3">It has not checked in yet.</p>}
      {monitor.environments.map((environment) => {
        const timeline = timelines.find((one) => one.environment === environment.name);
        return (
          <div key={environment.name} className="mt-2 grid items-center gap-x-4 gap-y-1 sm:grid-cols-[290px_1fr_110px]">
            <p className="flex items-baseline gap-2 text-sm">
              <MonitorStateWord state={environment.state} />
              <span className="truncate text-xs text-ink-3">{environment.name}</span>
              {environment.isFailing && environment.failingSinceMs !== undefined && (
                <span className="text-xs font-medium whitespace-nowrap text-broken">
                  since <Ago at={environment.failingSinceMs} />
                </span>
              )}
            </p>
            {timeline === undefined ? (
              <span />
            ) : (
              <TimelineBar timeline={timeline} label={`${monitor.name}, ${environment.name}`} />
            )}
            <p className="text-xs text-ink-3 sm:text-right">
              <NextCheckIn atMs={environment.nextCheckInMs} />
            </p>
          </div>
        );
      })}
    </li>
  );
}

/** The largest number: how many jobs fail now. */
function Headline({ monitors }: { readonly monitors: readonly Listed[] }) {
  const failing = monitors.filter((listed) => Number.isFinite(rankOf(listed))).length;
  const { zone } = usePreferences();
  const { startMs, endMs } = useRange();
  return (
    <div className="mb-3 flex flex-wrap items-end justify-between gap-4">
      <p className="flex items-baseline gap-2">
        <span className={cx('text-[44px] leading-none font-semibold tracking-[-0.03em]', failing > 0 && 'text-broken')}>
          {formatCount(failing)}
        </span>
        <span className="text-sm text-ink-2">
          of {formatCount(monitors.length)} {monitors.length === 1 ? 'job fails' : 'jobs fail'}
        </span>
      </p>
      <div className="text-right">
        <TimelineKey />
        <p className="mt-1 text-2xs text-ink-3">
          {formatTime(startMs, zone, 'minute')} – {formatTime(endMs, zone, 'minute')}
        </p>
      </div>
    </div>
  );
}

/** Do the scheduled jobs run, and which one did not? */
export function MonitorsPage() {
  useTitle('Crons');
  const { of } = useSearch({ strict: false }) as CronsSearch;
  const change = useChangeSearch();
  const projects = useProjectList();
  const projectId = projects.find(({ slug }) => slug === of)?.id;
  const { startMs, endMs, generation } = useRange();
  const list = useMonitors(projectId, { startMs, endMs, generation, steps: STEPS });
  const mayRespond = useMay('respondIssues');
  const [isMaking, setMaking] = useState(false);
  const monitors =
    list.data?.toSorted((a, b) => rankOf(a) - rankOf(b) || a.monitor.name.localeCompare(b.monitor.name)) ?? [];
  return (
    <IssuesFrame heading="Crons">
      <Section
        title="Crons"
        lead="Scheduled jobs that tell when they begin and end. One that does not is missed, and people hear of it."
        action={
          <div className="flex flex-wrap gap-2">
            <ProjectSelect value={of} onChange={(slug) => change({ of: slug }, true)} />
            {mayRespond && projects.length > 0 && (
              <Button tone="accent" onClick={() => setMaking(true)}>
                <Plus size={14} /> New monitor
              </Button>
            )}
          </div>
        }
      >
        {list.isPending && <BoneRows rows={6} label="the monitors" />}
        {list.isError && monitors.length === 0 && (
          <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.isSuccess && monitors.length === 0 && (
          <FirstMonitor project={projects.find(({ slug }) => slug === of) ?? projects[0]} />
        )}
        {monitors.length > 0 && (
          <>
            <Headline monitors={monitors} />
            <ul className="border-t border-line">
              {monitors.map((listed) => (
                <MonitorItem
                  key={listed.monitor.id}
                  listed={listed}
                  slug={projects.find(({ id }) => id === listed.monitor.projectId)?.slug}
                />
              ))}
            </ul>
          </>
        )}
      </Section>
      {isMaking && (
        <MonitorDialog monitor={undefined} projectId={projectId ?? projects[0]?.id} onClose={() => setMaking(false)} />
      )}
    </IssuesFrame>
  );
}
