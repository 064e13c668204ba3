import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type IssueSort, type IssuesQuestion, useIssueCount, useIssues } from '../api/issues.ts';
import { useProjects } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, TableFrame, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { FirstProject, NoEventsYet } from './first-steps.tsx';
import { IssueColumns } from './issue-columns.tsx';
import { IssueRow } from './issue-row.tsx';
import { IssuesFrame } from './issues-frame.tsx';
import { EnvironmentSelect, ProjectsPicker } from './pickers.tsx';
import { QueryField } from './query-field.tsx';
import { useSelection } from './selection.ts';
import { queryOf, queryParameter, VIEWS } from './views.ts';

export interface IssuesSearch {
  readonly q?: string | undefined;
  readonly project?: readonly string[] | undefined;
  readonly env?: string | undefined;
  readonly sort?: IssueSort | undefined;
}

const SORTS: readonly { readonly value: IssueSort; readonly label: string }[] = [
  { value: 'last-seen', label: 'Last seen' },
  { value: 'first-seen', label: 'First seen' },
  { value: 'events', label: 'Events' },
  { value: 'users', label: 'Users' },
  { value: 'trend', label: 'Trend' },
];

/** What the address asks for; projects by their slugs there, by their ids to the server. */
function useQuestion(search: IssuesSearch): IssuesQuestion {
  const { startMs, endMs, generation } = useRange();
  const { data } = useProjects();
  const { project = [], env = '', sort = 'last-seen' } = search;
  const ids = new Map(data?.projects.map(({ slug, id }) => [slug, id]));
  const projects = project.map((slug) => ids.get(slug) ?? slug).join(' ');
  const query = queryOf(search.q);
  // A slug means nothing to the server's list before its project is known.
  const isReady = project.length === 0 || data !== undefined;
  return useMemo(
    () => ({
      ...{ query, environment: env, sort, startMs, endMs, generation },
      projects: projects === '' ? [] : projects.split(' '),
      isReady,
    }),
    [query, projects, isReady, env, sort, startMs, endMs, generation],
  );
}

function ViewTab({
  label,
  query,
  question,
}: {
  readonly label: string;
  readonly query: string;
  readonly question: IssuesQuestion;
}) {
  const change = useChangeSearch();
  // The list first: what is counted besides must not keep it waiting.
  const { isSuccess } = useIssues(question);
  const count = useIssueCount({ ...question, query, sort: 'last-seen' }, isSuccess);
  const isActive = question.query === query;
  return (
    <button
      type="button"
      aria-pressed={isActive}
      onClick={() => change({ q: queryParameter(query) })}
      className={cx(
        'flex items-baseline gap-1.5 border-b-2 pb-1 whitespace-nowrap hover:border-line-2',
        isActive ? 'border-accent! font-semibold' : 'border-transparent text-ink-2',
      )}
    >
      {label}
      <span className={cx('text-xs', isActive ? 'text-accent' : 'text-ink-3')}>
        {count.data === undefined ? '' : formatCount(count.data)}
      </span>
    </button>
  );
}

function Controls({ search, question }: { readonly search: IssuesSearch; readonly question: IssuesQuestion }) {
  const change = useChangeSearch();
  return (
    <header className="mb-3">
      <h1 className="sr-only">Issues</h1>
      <fieldset className="mb-3 flex min-w-0 gap-x-5 overflow-x-auto border-b border-line text-sm">
        <legend className="sr-only">Saved views</legend>
        {VIEWS.map(({ label, query }) => (
          <ViewTab key={query} label={label} query={query} question={question} />
        ))}
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <ProjectsPicker
          chosen={search.project ?? []}
          onChange={(project) => change({ project: project.length === 0 ? undefined : project }, true)}
        />
        <EnvironmentSelect value={search.env} onChange={(env) => change({ env }, true)} />
        <div className="flex min-w-[min(100%,280px)] flex-1">
          <QueryField
            label="Search issues"
            placeholder="is:unresolved level:error user.email:… or words of the title"
            query={question.query}
            onQuery={(query) => change({ q: queryParameter(query) })}
          />
        </div>
        <select
          aria-label="Sort by"
          className="control"
          value={question.sort}
          onChange={(event) =>
            change({ sort: event.target.value === 'last-seen' ? undefined : event.target.value }, true)
          }
        >
          {SORTS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
    </header>
  );
}

function Listing({ question }: { readonly question: IssuesQuestion }) {
  const list = useIssues(question);
  const { data } = useProjects();
  const mayRespond = useMay('respondIssues');
  const listed = useMemo(() => list.data?.pages.flatMap((page) => page.issues) ?? [], [list.data]);
  const ids = useMemo(() => listed.map(({ issue }) => issue.id), [listed]);
  const selection = useSelection(ids);
  const slugs = new Map(data?.projects.map(({ id, slug }) => [id, slug]));
  const total = list.data?.pages[0]?.total ?? 0;
  if (list.isPending) return <BoneRows rows={10} label="the issues" />;
  if (list.isError && listed.length === 0)
    return <FailureNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (listed.length === 0) return <NoIssue question={question} />;
  const chosen = listed.filter(({ issue }) => selection.selected.has(issue.id));
  return (
    <>
      {chosen.length > 0 && mayRespond && <BulkBar chosen={chosen} onDone={selection.clear} />}
      <TableFrame label="Issues">
        <table className={cx('ledger', list.isPlaceholderData && 'opacity-60')}>
          <Head selection={selection} maySelect={mayRespond} count={ids.length} />
          <tbody>
            {listed.map((one) => (
              <IssueRow
                key={one.issue.id}
                listed={one}
                projectSlug={slugs.size > 1 ? slugs.get(one.issue.projectId) : undefined}
                isSelected={selection.selected.has(one.issue.id)}
                isCurrent={selection.current === one.issue.id}
                maySelect={mayRespond}
                onSelect={(withRange) => selection.toggle(one.issue.id, withRange)}
              />
            ))}
          </tbody>
        </table>
      </TableFrame>
      <p className="mt-3 flex flex-wrap items-center gap-4 text-sm text-ink-2">
        <span>
          {formatCount(listed.length)} of {formatPlural(total, 'issue')}
        </span>
        {list.hasNextPage && (
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        )}
      </p>
    </>
  );
}

function Head({
  selection,
  maySelect,
  count,
}: {
  readonly selection: ReturnType<typeof useSelection>;
  readonly maySelect: boolean;
  readonly count: number;
}) {
  return (
    <thead>
      <tr>
        {maySelect && (
          <th scope="col">
            <input
              type="checkbox"
              aria-label="Select all that are shown"
              className="block size-4 accent-[var(--accent)]"
              checked={selection.selected.size === count}
              onChange={selection.toggleAll}
            />
          </th>
        )}
        <IssueColumns />
      </tr>
    </thead>
  );
}

/** Nothing in the list: because nothing ever came, or because nothing is like that. */
function NoIssue({ question }: { readonly question: IssuesQuestion }) {
  const change = useChangeSearch();
  const { data } = useProjects();
  const projects = data?.projects ?? [];
  const silent = projects.filter(({ lastAcceptedMs }) => lastAcceptedMs === undefined);
  if (projects.length > 0 && silent.length === projects.length) return <NoEventsYet project={projects[0]} />;
  const isDefault = question.query === VIEWS[0].query;
  return (
    <Empty title={isDefault ? 'Nothing is unresolved in this time.' : 'No issue is like that in this time.'}>
      {isDefault
        ? 'That is measured: events arrive here and each of their issues is resolved or ignored. '
        : 'Take a condition away, or look at a longer time. '}
      {question.query !== '' && (
        <button
          type="button"
          className="text-accent underline underline-offset-2"
          onClick={() => change({ q: queryParameter('') })}
        >
          Show all issues
        </button>
      )}
    </Empty>
  );
}

/** What breaks, how often, for how many, since when? */
export function IssuesPage() {
  useTitle('Issues');
  const search = useSearch({ strict: false }) as IssuesSearch;
  const question = useQuestion(search);
  const projects = useProjects();
  const isEmpty = projects.data?.projects.length === 0;
  return (
    <IssuesFrame>
      {isEmpty ? (
        <FirstProject />
      ) : (
        <>
          <Controls search={search} question={question} />
          <Listing question={question} />
        </>
      )}
    </IssuesFrame>
  );
}
