import { Check, ChevronDown, EyeOff, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { Issue, IssueChange } from '../api/issue-types.ts';
import { useAssignees, useChangeIssues } from '../api/issues.ts';
import { useSession } from '../api/session.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Menu, MenuHeading, MenuItem, MenuRule } from '../parts/menu.tsx';
import { IGNORE_CHOICES } from './ignore-choices.ts';
import { IgnoreDialog } from './ignore-dialog.tsx';
import { PRIORITIES, PriorityMark } from './issue-state.tsx';
import { ResolveInDialog } from './resolve-in-dialog.tsx';

interface MenuProps {
  readonly change: (change: IssueChange) => void;
  readonly isBusy: boolean;
}

/** Resolved at once by the button, in a release by its menu. */
export function ResolveButton({ change, isBusy, onOther }: MenuProps & { readonly onOther: () => void }) {
  return (
    <div className="flex">
      <Button
        tone="accent"
        className="rounded-r-none!"
        disabled={isBusy}
        onClick={() => change({ type: 'resolve', in: 'now' })}
      >
        <Check size={14} /> Resolve
      </Button>
      <Menu
        trigger={
          <Button
            tone="accent"
            className="rounded-l-none! border-l-accent-ink/30! px-1.5!"
            disabled={isBusy}
            aria-label="Resolve in a release"
          >
            <ChevronDown size={14} />
          </Button>
        }
      >
        <MenuHeading>A later event of an older release does not reopen it</MenuHeading>
        <MenuItem onSelect={() => change({ type: 'resolve', in: 'next-release' })}>In the next release</MenuItem>
        <MenuItem onSelect={onOther}>In a release of your choice…</MenuItem>
      </Menu>
    </div>
  );
}

export function IgnoreMenu({ change, isBusy, onOther }: MenuProps & { readonly onOther: () => void }) {
  return (
    <Menu
      trigger={
        <Button disabled={isBusy}>
          <EyeOff size={14} /> Ignore <ChevronDown size={13} />
        </Button>
      }
    >
      <MenuHeading>Tell nobody of it</MenuHeading>
      {IGNORE_CHOICES.map(({ label, of }) => (
        <MenuItem key={label} onSelect={() => change({ type: 'ignore', condition: of(Date.now()) })}>
          {label}
        </MenuItem>
      ))}
      <MenuRule />
      <MenuItem onSelect={onOther}>Until…</MenuItem>
    </Menu>
  );
}

export function AssignMenu({ change, trigger }: Pick<MenuProps, 'change'> & { readonly trigger: React.ReactNode }) {
  const { data: session } = useSession();
  const people = useAssignees();
  const me = session?.person.id;
  const others = (people.data ?? []).filter(({ id }) => id !== me);
  return (
    <Menu align="end" trigger={trigger}>
      <MenuHeading>Who works on it</MenuHeading>
      {me !== undefined && <MenuItem onSelect={() => change({ type: 'assign', personId: me })}>Me</MenuItem>}
      {others.map(({ id, name }) => (
        <MenuItem key={id} onSelect={() => change({ type: 'assign', personId: id })}>
          {name}
        </MenuItem>
      ))}
      <MenuRule />
      <MenuItem onSelect={() => change({ type: 'assign', personId: null })}>Nobody</MenuItem>
    </Menu>
  );
}

export function PriorityMenu({ change, trigger }: Pick<MenuProps, 'change'> & { readonly trigger: React.ReactNode }) {
  return (
    <Menu align="end" trigger={trigger}>
      <MenuHeading>Priority</MenuHeading>
      {PRIORITIES.map((priority) => (
        <MenuItem key={priority} onSelect={() => change({ type: 'priority', priority })}>
          <PriorityMark priority={priority} />
        </MenuItem>
      ))}
    </Menu>
  );
}

interface StateActionsProps {
  readonly issues: readonly Issue[];
  readonly onChanged?: () => void;
}

/** Resolve, ignore and bring back: what one does with one issue or with many. */
export function StateActions({ issues, onChanged }: StateActionsProps) {
  const change = useChangeIssues();
  const [dialog, setDialog] = useState<'ignore' | 'resolve'>();
  const [first] = issues;
  const what = issues.length === 1 && first !== undefined ? first.shortId : formatPlural(issues.length, 'issue');
  const apply = (to: IssueChange): void => {
    setDialog(undefined);
    change.mutate(
      { ids: issues.map(({ id }) => id), change: to },
      onChanged === undefined ? {} : { onSuccess: onChanged },
    );
  };
  const isOpen = issues.some(({ status }) => status === 'unresolved');
  const isClosed = issues.some(({ status }) => status !== 'unresolved');
  return (
    <>
      {isClosed && (
        <Button disabled={change.isPending} onClick={() => apply({ type: 'unresolve' })}>
          <RotateCcw size={14} /> {issues.every(({ status }) => status === 'resolved') ? 'Reopen' : 'Bring back'}
        </Button>
      )}
      {(isOpen || issues.some(({ status }) => status === 'ignored')) && (
        <ResolveButton change={apply} isBusy={change.isPending} onOther={() => setDialog('resolve')} />
      )}
      {isOpen && <IgnoreMenu change={apply} isBusy={change.isPending} onOther={() => setDialog('ignore')} />}
      {change.isError && (
        <span role="alert" className="text-sm text-broken">
          {change.error.message}
        </span>
      )}
      {dialog === 'ignore' && (
        <IgnoreDialog
          what={what}
          onIgnore={(condition) => apply({ type: 'ignore', condition })}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === 'resolve' && (
        <ResolveInDialog
          what={what}
          onResolve={(release) => apply({ type: 'resolve', in: { release } })}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
