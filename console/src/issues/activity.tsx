import { useState } from 'react';
import type { Issue, IssueActivity } from '../api/issue-types.ts';
import { useComment, useIssueActivity, useRemoveComment } from '../api/issues.ts';
import { useMay, useSession } from '../api/session.ts';
import { formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { activityInWords } from './activity-words.ts';
import { Masked } from './masked.tsx';

const COMMENT_MAX = 10_000;

function CommentForm({ issue }: { readonly issue: Issue }) {
  const comment = useComment(issue.id);
  const [text, setText] = useState('');
  const submit = (): void => {
    if (text.trim() !== '') comment.mutate(text.trim(), { onSuccess: () => setText('') });
  };
  return (
    <form
      className="mb-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        aria-label="Comment"
        placeholder="What do you know about it?"
        rows={2}
        maxLength={COMMENT_MAX}
        className="control w-full"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      <div className="flex items-center justify-between">
        <span className="text-xs text-ink-3">{text === '' ? '' : 'Ctrl Enter sends it'}</span>
        <Button small type="submit" disabled={text.trim() === '' || comment.isPending}>
          Comment
        </Button>
      </div>
      {comment.isError && <FailureNotice error={comment.error} />}
    </form>
  );
}

function Item({
  activity,
  mine,
  onRemove,
}: {
  readonly activity: IssueActivity;
  readonly mine: boolean;
  readonly onRemove: () => void;
}) {
  const isComment = activity.type === 'comment';
  const { zone } = usePreferences();
  // What Holdfast found out by itself has nobody who did it.
  const isOwn = activity.by === '' || activity.by === 'holdfast';
  const { text } = activity.detail;
  return (
    <li className="relative border-l border-line-2 pb-3 pl-4 text-sm last:pb-0">
      <i
        aria-hidden="true"
        className={`absolute top-[6px] -left-[4px] size-[7px] ${isComment ? 'bg-accent' : 'rounded-full bg-[var(--line-2)]'}`}
      />
      <p className={isOwn ? 'text-ink-2 first-letter:uppercase' : 'text-ink-2'}>
        {isOwn ? null : <strong className="font-semibold text-ink">{activity.by}</strong>}{' '}
        {isComment ? 'wrote' : activityInWords(activity, (ms) => formatTime(ms, zone, 'minute'))}{' '}
        <span className="text-xs text-ink-3">
          <Ago at={activity.atMs} />
        </span>
        {isComment && mine && (
          <button
            type="button"
            className="ml-2 text-xs text-ink-3 underline underline-offset-2 hover:text-broken"
            onClick={onRemove}
          >
            remove
          </button>
        )}
      </p>
      {isComment && typeof text === 'string' && (
        <p className="mt-1 border border-line bg-sheet px-2.5 py-1.5 break-words whitespace-pre-wrap">
          <Masked text={text} />
        </p>
      )}
    </li>
  );
}

/** What happened to the issue and what people said, newest first. */
export function Activity({ issue }: { readonly issue: Issue }) {
  const activity = useIssueActivity(issue.id);
  const remove = useRemoveComment(issue.id);
  const mayRespond = useMay('respondIssues');
  const { data: session } = useSession();
  const names = [session?.person.name, session?.person.email, session?.person.id];
  return (
    <section aria-label="Activity">
      <h2 className="mb-2 text-sm font-semibold">Activity</h2>
      {mayRespond && <CommentForm issue={issue} />}
      {activity.isPending && <BoneRows rows={3} label="the activity" />}
      {activity.isError && <FailureNotice error={activity.error} onRetry={() => void activity.refetch()} />}
      {remove.isError && <FailureNotice error={remove.error} />}
      <ul>
        {activity.data
          ?.toSorted((a, b) => b.atMs - a.atMs)
          .map((one) => (
            <Item
              key={one.id}
              activity={one}
              mine={mayRespond && names.includes(one.by)}
              onRemove={() => remove.mutate(one.id)}
            />
          ))}
      </ul>
    </section>
  );
}
