import { ChevronDown, GitMerge, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { IssueChange, IssueListed } from '../api/issue-types.ts';
import { useChangeIssues } from '../api/issues.ts';
import { useMay } from '../api/session.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { AssignMenu, PriorityMenu, StateActions } from './issue-actions.tsx';
import { MergeDialog } from './merge-dialog.tsx';

/** What can be done with the selected issues; stands where the eye is, above the list. */
export function BulkBar({ chosen, onDone }: { readonly chosen: readonly IssueListed[]; readonly onDone: () => void }) {
  const change = useChangeIssues();
  const mayManage = useMay('manageIssues');
  const [dialog, setDialog] = useState<'merge' | 'delete'>();
  const issues = chosen.map(({ issue }) => issue);
  const apply = (to: IssueChange): void =>
    change.mutate({ ids: issues.map(({ id }) => id), change: to }, { onSuccess: onDone });
  return (
    <section
      aria-label="Selected issues"
      className="sticky top-[var(--bar-height)] z-10 mb-1 flex flex-wrap items-center gap-2 border border-line-2 bg-sheet px-3 py-2"
    >
      <p className="mr-2 text-sm font-semibold" aria-live="polite">
        {formatPlural(chosen.length, 'issue')} selected
      </p>
      <StateActions issues={issues} onChanged={onDone} />
      <AssignMenu
        change={apply}
        trigger={
          <Button>
            Assign <ChevronDown size={13} />
          </Button>
        }
      />
      <PriorityMenu
        change={apply}
        trigger={
          <Button>
            Priority <ChevronDown size={13} />
          </Button>
        }
      />
      <Button
        disabled={chosen.length < 2}
        onClick={() => setDialog('merge')}
        title={chosen.length < 2 ? 'Select two or more to merge them' : undefined}
      >
        <GitMerge size={14} /> Merge…
      </Button>
      {mayManage && (
        <Button tone="quiet" onClick={() => setDialog('delete')}>
          <Trash2 size={14} /> Delete…
        </Button>
      )}
      <Button tone="quiet" onClick={onDone}>
        Let go
      </Button>
      {change.isError && (
        <span role="alert" className="text-sm text-broken">
          {change.error.message}
        </span>
      )}
      {dialog === 'merge' && (
        <MergeDialog
          issues={chosen}
          onClose={() => setDialog(undefined)}
          onMerged={() => {
            setDialog(undefined);
            onDone();
          }}
        />
      )}
      {dialog === 'delete' && (
        <DeleteDialog
          issues={issues}
          onClose={() => setDialog(undefined)}
          onDeleted={() => {
            setDialog(undefined);
            onDone();
          }}
        />
      )}
    </section>
  );
}
