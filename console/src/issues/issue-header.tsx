import { Link } from '@tanstack/react-router';
import { ChevronDown, MoreHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Issue, IssueChange } from '../api/issue-types.ts';
import { useChangeIssues } from '../api/issues.ts';
import { useProjectList } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { Ago } from '../parts/moment.tsx';
import { Tag } from '../parts/page.tsx';
import { keepRange, useGo } from '../shell/go.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { ignoreInWords } from './ignore-choices.ts';
import { AssignMenu, PriorityMenu, StateActions } from './issue-actions.tsx';
import { IssueTitle } from './issue-row.tsx';
import { Assignee, LevelMark, PriorityMark, StateTag } from './issue-state.tsx';
import { Masked } from './masked.tsx';

/** How it came into its state, in a sentence. */
function StateSentence({ issue }: { readonly issue: Issue }) {
  const { zone } = usePreferences();
  const { resolution, ignore, status } = issue;
  if (status === 'ignored' && ignore !== undefined)
    return <>Ignored {ignoreInWords(ignore, (ms) => formatTime(ms, zone, 'minute'))}.</>;
  if (status !== 'resolved' || resolution === undefined) return null;
  if (resolution.type === 'by-age')
    return (
      <>
        Resolved by itself <Ago at={resolution.atMs} />, because it was not seen for long.
      </>
    );
  return (
    <>
      Resolved{' '}
      {resolution.type === 'in-release' && (
        <>
          in <code>{resolution.release}</code>{' '}
        </>
      )}
      {resolution.type === 'in-next-release' && (
        <>
          in the release after <code>{resolution.after}</code>{' '}
        </>
      )}
      by {resolution.by} <Ago at={resolution.atMs} />.
    </>
  );
}

function Actions({ issue }: { readonly issue: Issue }) {
  const change = useChangeIssues();
  const mayManage = useMay('manageIssues');
  const go = useGo();
  const [isDeleting, setDeleting] = useState(false);
  const apply = (to: IssueChange): void => change.mutate({ ids: [issue.id], change: to });
  return (
    <div className="no-print flex flex-wrap items-center gap-2">
      <StateActions issues={[issue]} />
      <AssignMenu
        change={apply}
        trigger={
          <Button className="max-w-52 min-w-0" aria-label={`Assignee: ${issue.assignee?.name ?? 'nobody'}`}>
            <Assignee assignee={issue.assignee} withName /> <ChevronDown size={13} className="shrink-0" />
          </Button>
        }
      />
      <PriorityMenu
        change={apply}
        trigger={
          <Button aria-label={`Priority: ${issue.priority}`}>
            <PriorityMark priority={issue.priority} /> <ChevronDown size={13} />
          </Button>
        }
      />
      {mayManage && (
        <Menu
          align="end"
          trigger={
            <IconButton label="More">
              <MoreHorizontal size={16} />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => setDeleting(true)}>
            <Trash2 size={14} /> Delete…
          </MenuItem>
        </Menu>
      )}
      {change.isError && (
        <span role="alert" className="text-sm text-broken">
          {change.error.message}
        </span>
      )}
      {isDeleting && (
        <DeleteDialog issues={[issue]} onClose={() => setDeleting(false)} onDeleted={() => go('/issues')} />
      )}
    </div>
  );
}

/** What broke, in which state it is, and what can be done. */
export function IssueHeader({ issue }: { readonly issue: Issue }) {
  const mayRespond = useMay('respondIssues');
  const project = useProjectList().find(({ id }) => id === issue.projectId);
  return (
    <header className="mb-4 border-b-2 border-ink pb-3">
      <p className="mb-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
        <Link to="/issues" search={keepRange as never} className="text-accent underline underline-offset-2">
          Issues
        </Link>
        {project !== undefined && (
          <Link
            to="/projects/$slug"
            params={{ slug: project.slug }}
            search={keepRange as never}
            className="hover:underline"
          >
            {project.name}
          </Link>
        )}
        <span className="inline-flex items-center gap-1.5 font-mono">
          {issue.shortId} <CopyButton text={issue.shortId} />
        </span>
        <StateTag issue={issue} />
        <LevelMark level={issue.level} withWord />
        {!issue.handled && <Tag>unhandled</Tag>}
      </p>
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="min-w-0 flex-[1_1_420px]">
          <h1 className="line-clamp-4 text-xl leading-snug font-normal text-wrap! break-words">
            <IssueTitle issue={issue} />
          </h1>
          {issue.culprit !== '' && (
            <p className="mt-1 font-mono text-xs break-all text-ink-2">
              <Masked text={issue.culprit} />
            </p>
          )}
          <p className="mt-1 text-sm text-ink-2 empty:hidden">
            <StateSentence issue={issue} />
          </p>
        </div>
        {mayRespond && <Actions issue={issue} />}
      </div>
    </header>
  );
}
