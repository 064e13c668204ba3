import { useState } from 'react';
import type { IssueListed } from '../api/issue-types.ts';
import { useChangeIssues } from '../api/issues.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { IssueTitle } from './issue-row.tsx';
import { LevelMark } from './issue-state.tsx';

/** The plan of a merge: which stays, what comes to it, and how it is undone. */
export function MergeDialog({
  issues,
  onClose,
  onMerged,
}: {
  readonly issues: readonly IssueListed[];
  readonly onClose: () => void;
  readonly onMerged: () => void;
}) {
  const merge = useChangeIssues();
  const oldest = issues.toSorted((a, b) => b.issue.timesSeen - a.issue.timesSeen)[0]?.issue.id ?? '';
  const [keeper, setKeeper] = useState(oldest);
  const others = issues.filter(({ issue }) => issue.id !== keeper);
  const total = issues.reduce((sum, { issue }) => sum + issue.timesSeen, 0);
  const kept = issues.find(({ issue }) => issue.id === keeper)?.issue;
  const ids = [keeper, ...others.map(({ issue }) => issue.id)];
  const projects = new Set(issues.map(({ issue }) => issue.projectId));
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`Merge ${formatPlural(issues.length, 'issue')}`}
      description="Choose the one that stays. The others become part of it."
    >
      <fieldset className="border-t border-line">
        <legend className="sr-only">The issue that stays</legend>
        {issues.map(({ issue }) => (
          <label key={issue.id} className="flex items-baseline gap-3 border-b border-line py-2 text-sm">
            <input
              type="radio"
              name="keeper"
              className="size-4 shrink-0 self-center accent-[var(--accent)]"
              checked={issue.id === keeper}
              onChange={() => setKeeper(issue.id)}
            />
            <LevelMark level={issue.level} />
            <span className="min-w-0 flex-1">
              <span className="line-clamp-2 break-words">
                <IssueTitle issue={issue} />
              </span>
              <span className="font-mono text-xs text-ink-3">{issue.shortId}</span>
            </span>
            <span className="whitespace-nowrap text-ink-2">{formatPlural(issue.timesSeen, 'event')}</span>
          </label>
        ))}
      </fieldset>
      <div className="mt-4">
        {projects.size > 1 ? (
          <Notice tone="broken" title="These issues are of different projects.">
            Only issues of one project can be merged.
          </Notice>
        ) : (
          <Notice tone="plain" title={`${kept?.shortId ?? ''} has ${formatCount(total)} events then.`}>
            {formatPlural(others.length, 'issue')} {others.length === 1 ? 'disappears' : 'disappear'} from the list, and
            new events of {others.length === 1 ? 'it' : 'them'} come to {kept?.shortId} too. Comments and history come
            along. No event is rewritten: under “Hashes” of {kept?.shortId} each part can be taken out again.
          </Notice>
        )}
      </div>
      {merge.isError && <FailureNotice error={merge.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          tone="accent"
          disabled={merge.isPending || projects.size > 1}
          onClick={() => merge.mutate({ ids, change: { type: 'merge' } }, { onSuccess: onMerged })}
        >
          Merge into {kept?.shortId}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
