import { Link } from '@tanstack/react-router';
import { MessageSquare } from 'lucide-react';
import type { IssueListed } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatShortCount } from '../base/format.ts';
import { Ago } from '../parts/moment.tsx';
import { Tag } from '../parts/page.tsx';
import { keepRange } from '../shell/go.ts';
import { Assignee, LevelMark, PriorityMark, StateTag, stateLook } from './issue-state.tsx';
import { Masked } from './masked.tsx';
import { Trend } from './trend.tsx';

interface IssueRowProps {
  readonly listed: IssueListed;
  readonly projectSlug: string | undefined;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  /** False for who may not change anything. */
  readonly maySelect: boolean;
  readonly onSelect: (withRange: boolean) => void;
}

/** Kind and message apart: in a list of the same kind the message tells them apart. */
export function IssueTitle({ issue }: { readonly issue: IssueListed['issue'] }) {
  const { titleType, titleValue, title } = issue;
  if (titleType === '') return <Masked text={titleValue === '' ? title : titleValue} />;
  return (
    <>
      <strong className="font-semibold">
        <Masked text={titleType} />
      </strong>
      {titleValue !== '' && (
        <span className="font-normal">
          {' '}
          <Masked text={titleValue} />
        </span>
      )}
    </>
  );
}

function Facts({ listed, projectSlug }: Pick<IssueRowProps, 'listed' | 'projectSlug'>) {
  const { issue } = listed;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
      {stateLook(issue).word !== 'Ongoing' && <StateTag issue={issue} />}
      {!issue.handled && <Tag>unhandled</Tag>}
      <span className="font-mono">{issue.shortId}</span>
      {projectSlug !== undefined && <span>{projectSlug}</span>}
      {issue.commentCount > 0 && (
        <span className="inline-flex items-center gap-1" title={`${issue.commentCount} comments`}>
          <MessageSquare size={12} aria-hidden="true" /> {issue.commentCount}
          <span className="sr-only">comments</span>
        </span>
      )}
      {issue.feedbackCount > 0 && <span>{formatCount(issue.feedbackCount)} feedback</span>}
      <span className="sm:hidden">
        <Ago at={issue.lastSeenMs} />
      </span>
      <span className="sm:hidden">
        {formatShortCount(listed.events)} events, {formatShortCount(listed.users)} users
      </span>
    </div>
  );
}

/** One issue on one line of a list; the whole of it is told by its title, the rest compares. */
export function IssueRow(props: IssueRowProps) {
  const { listed, isSelected, isCurrent } = props;
  const { issue } = listed;
  const figure = 'figure hidden text-md font-medium sm:table-cell';
  return (
    <tr
      aria-current={isCurrent || undefined}
      data-issue={issue.id}
      className={cx(isSelected && 'bg-accent-soft', isCurrent && 'shadow-[inset_3px_0_0_var(--accent)]')}
    >
      {props.maySelect && (
        <td className="w-8 align-top!">
          <input
            type="checkbox"
            aria-label={`Select ${issue.shortId}`}
            className="mt-0.5 block size-4 accent-[var(--accent)]"
            checked={isSelected}
            onClick={(event) => props.onSelect(event.shiftKey)}
            onChange={() => undefined}
          />
        </td>
      )}
      <td className="w-full max-w-0 min-w-[260px] align-top!">
        <div className="flex items-baseline gap-2">
          <LevelMark level={issue.level} />
          <Link
            to="/issues/$id"
            params={{ id: issue.id }}
            search={keepRange as never}
            className="line-clamp-2 min-w-0 text-base break-words hover:underline sm:line-clamp-1"
          >
            <IssueTitle issue={issue} />
          </Link>
        </div>
        {issue.culprit !== '' && (
          <p className="mt-0.5 truncate pl-5 font-mono text-xs text-ink-3" title={issue.culprit}>
            {issue.culprit}
          </p>
        )}
        <div className="pl-5">
          <Facts listed={listed} projectSlug={props.projectSlug} />
        </div>
      </td>
      <td className="hidden align-top! lg:table-cell">
        <Trend values={listed.trend} />
      </td>
      <td className={figure} title={formatCount(listed.events)}>
        {formatShortCount(listed.events)}
      </td>
      <td className={figure} title={formatCount(listed.users)}>
        {formatShortCount(listed.users)}
      </td>
      <td className="hidden whitespace-nowrap sm:table-cell">
        <Ago at={issue.lastSeenMs} />
        <div className="text-xs text-ink-3">
          first <Ago at={issue.firstSeenMs} />
        </div>
      </td>
      <td className="hidden whitespace-nowrap text-ink-2 xl:table-cell">
        <PriorityMark priority={issue.priority} />
      </td>
      <td className="hidden sm:table-cell">
        <Assignee assignee={issue.assignee} />
      </td>
    </tr>
  );
}
