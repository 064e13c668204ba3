import { useParams, useSearch } from '@tanstack/react-router';
import type { Issue } from '../api/issue-types.ts';
import { useFeedback, useIssue, useIssueEvent, useIssueFigures } from '../api/issues.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatPlural, formatShortCount } from '../base/format.ts';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { Activity } from './activity.tsx';
import { FeedbackItem } from './event-facts.tsx';
import { EventView } from './event-view.tsx';
import { EventsList } from './events-list.tsx';
import { Hashes } from './hashes.tsx';
import { IssueChart } from './issue-chart.tsx';
import { IssueHeader } from './issue-header.tsx';
import { IssuesFrame } from './issues-frame.tsx';
import { EnvironmentSelect } from './pickers.tsx';
import { TagBars, TagGrid } from './tags.tsx';

export interface IssueSearch {
  readonly event?: string | undefined;
  readonly tab?: 'events' | 'tags' | 'hashes' | 'feedback' | undefined;
  readonly env?: string | undefined;
  readonly find?: string | undefined;
}

const FIGURE = 'block text-[34px] leading-none font-semibold tracking-[-0.02em]';

/** The largest numbers of the page: how often, and for how many. */
function Figures({ issue, environment }: { readonly issue: Issue; readonly environment: string }) {
  const { startMs, endMs, generation } = useRange();
  const { data } = useIssueFigures(issue.id, { startMs, endMs, generation, environment });
  const large = (label: string, value: number | undefined) => (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className={FIGURE} title={value === undefined ? undefined : formatCount(value)}>
        {value === undefined ? '–' : formatShortCount(value)}
      </dd>
    </div>
  );
  const seen = (label: string, atMs: number, release: string) => (
    <div className="text-sm">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd>
        <Ago at={atMs} />
        {release !== '' && <div className="font-mono text-xs break-all text-ink-2">{release}</div>}
      </dd>
    </div>
  );
  return (
    <div className="self-start">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4 lg:grid-cols-2">
        {large('Events', data?.events)}
        {large('Users', data?.users)}
        {seen('Last seen', issue.lastSeenMs, issue.lastRelease)}
        {seen('First seen', issue.firstSeenMs, issue.firstRelease)}
      </dl>
      <p className="mt-3 text-xs text-ink-3">
        {formatPlural(issue.timesSeen, 'event')} since it began, whatever the chosen time
      </p>
    </div>
  );
}

function Tabs({ issue, tab }: { readonly issue: Issue; readonly tab: IssueSearch['tab'] }) {
  const change = useChangeSearch();
  const tabs = [
    { value: undefined, label: 'Event' },
    { value: 'events', label: 'All events' },
    { value: 'tags', label: 'Tags' },
    { value: 'hashes', label: 'Hashes' },
    ...(issue.feedbackCount > 0 ? [{ value: 'feedback', label: `Feedback ${issue.feedbackCount}` } as const] : []),
  ] as const;
  return (
    <nav aria-label="Parts of the issue" className="flex gap-0.5 overflow-x-auto border-b border-line">
      {tabs.map(({ value, label }) => (
        <button
          key={label}
          type="button"
          aria-current={tab === value ? 'page' : undefined}
          onClick={() => change({ tab: value })}
          className={cx(
            '-mb-px border-b-2 px-3 py-1.5 text-sm whitespace-nowrap',
            tab === value ? 'border-accent font-semibold' : 'border-transparent text-ink-2 hover:text-ink',
          )}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}

function IssueFeedback({ issue }: { readonly issue: Issue }) {
  const feedback = useFeedback({ issueId: issue.id });
  if (feedback.isPending) return <BoneRows rows={3} label="the feedback" />;
  if (feedback.isError) return <FailureNotice error={feedback.error} />;
  return (
    <ul className="mt-4 max-w-[760px] space-y-2">
      {feedback.data.map((one) => (
        <FeedbackItem key={one.feedbackId} feedback={one} />
      ))}
    </ul>
  );
}

function ShownEvent({ issue, which }: { readonly issue: Issue; readonly which: string }) {
  const event = useIssueEvent(issue.id, which);
  if (event.isPending) return <BoneRows rows={12} label="the event" />;
  if (event.isError && event.data === undefined)
    return (
      <div className="mt-4">
        <FailureNotice error={event.error} onRetry={() => void event.refetch()} />
      </div>
    );
  return <EventView issue={issue} view={event.data} which={which} isOld={event.isPlaceholderData} />;
}

function Body({ issue, search }: { readonly issue: Issue; readonly search: IssueSearch }) {
  const change = useChangeSearch();
  const { tab, event = 'recommended', env } = search;
  return (
    <>
      <IssueHeader issue={issue} />
      <div className="mb-4 grid gap-x-8 gap-y-4 lg:grid-cols-[220px_1fr]">
        <Figures issue={issue} environment={env ?? ''} />
        <div className="min-w-0">
          <IssueChart issue={issue} environment={env ?? ''}>
            <EnvironmentSelect value={env} onChange={(value) => change({ env: value }, true)} />
          </IssueChart>
        </div>
      </div>
      <Tabs issue={issue} tab={tab} />
      {tab === 'tags' || tab === 'hashes' || tab === 'events' || tab === 'feedback' ? (
        <div className="pt-4">
          {tab === 'events' && <EventsList issue={issue} />}
          {tab === 'tags' && <TagGrid issue={issue} />}
          {tab === 'hashes' && <Hashes issue={issue} />}
          {tab === 'feedback' && <IssueFeedback issue={issue} />}
        </div>
      ) : (
        <div className="grid gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1fr)_300px]">
          <div className="min-w-0">
            <ShownEvent issue={issue} which={event} />
          </div>
          <aside aria-label="About the issue" className="space-y-6 pt-3">
            <TagBars issue={issue} />
            <Activity issue={issue} />
          </aside>
        </div>
      )}
    </>
  );
}

/** What broke, how often, for whom, where, since when, and what now? */
export function IssuePage() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string };
  const search = useSearch({ strict: false }) as IssueSearch;
  const issue = useIssue(id);
  useTitle(issue.data === undefined ? 'Issue' : `${issue.data.shortId} ${issue.data.title}`);
  return (
    <IssuesFrame>
      {issue.isPending && <BoneRows rows={12} label="the issue" />}
      {issue.isError && issue.data === undefined && (
        <>
          <h1 className="mb-4 text-xl">This issue cannot be shown</h1>
          <FailureNotice error={issue.error} onRetry={() => void issue.refetch()} />
        </>
      )}
      {issue.data !== undefined && <Body key={issue.data.id} issue={issue.data} search={search} />}
    </IssuesFrame>
  );
}
