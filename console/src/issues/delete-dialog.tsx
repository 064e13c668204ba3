import type { Issue } from '../api/issue-types.ts';
import { useChangeIssues } from '../api/issues.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Notice } from '../parts/notice.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';

/** What deleting takes away, and what it does not prevent. */
export function DeleteDialog({
  issues,
  onClose,
  onDeleted,
}: {
  readonly issues: readonly Issue[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const remove = useChangeIssues();
  const events = issues.reduce((sum, { timesSeen }) => sum + timesSeen, 0);
  const [first] = issues;
  const name = issues.length === 1 && first !== undefined ? first.shortId : formatPlural(issues.length, 'issue');
  return (
    <ConfirmByName
      title={`Delete ${name}`}
      name={name}
      verb="Delete for good"
      busy={remove.isPending}
      error={remove.error}
      onCancel={onClose}
      onConfirm={() =>
        remove.mutate({ ids: issues.map(({ id }) => id), change: { type: 'delete' } }, { onSuccess: onDeleted })
      }
    >
      <Notice tone="broken" title={`${formatCount(events)} events are no longer shown, and there is no undo.`}>
        With {issues.length === 1 ? 'it go its' : 'them go their'} comments, history and assignment. An event of the
        same kind makes a new issue. To be left in peace, ignore {issues.length === 1 ? 'it' : 'them'} instead.
      </Notice>
    </ConfirmByName>
  );
}
