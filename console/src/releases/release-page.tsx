import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Release, ReleaseView } from '../api/issue-types.ts';
import { useIssues } from '../api/issues.ts';
import { useProjectList } from '../api/projects.ts';
import { useChangeRelease, useRelease } from '../api/releases.ts';
import { useMay } from '../api/session.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatShortCount } from '../base/format.ts';
import { IssueColumns } from '../issues/issue-columns.tsx';
import { IssueRow } from '../issues/issue-row.tsx';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { EnvironmentSelect, ProjectSelect } from '../issues/pickers.tsx';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { HealthChart } from './health-chart.tsx';
import { Adoption, Rate } from './rate.tsx';
import { ArtifactBundles, Commits, Deploys } from './release-parts.tsx';
import { newIssuesQuery, type ReleaseSearch } from './releases-page.tsx';

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="mt-0.5 text-md">{children}</dd>
    </div>
  );
}

function Health({ view }: { readonly view: ReleaseView }) {
  const { health, series, release } = view;
  if (health.sessions === 0)
    return (
      <Empty title="No session of this release was told in this time.">
        SDKs of browsers, phones and Node.js send sessions by themselves once a release is set; crash-free rates come
        from them.
      </Empty>
    );
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[200px_1fr]">
      <dl className="flex flex-wrap gap-x-8 gap-y-4 lg:flex-col">
        <Figure label="Crash-free sessions">
          <Rate large rate={health.crashFreeSessions} of={health.sessions} />
        </Figure>
        <Figure label="Crash-free users">
          <Rate rate={health.crashFreeUsers} of={health.users} />
        </Figure>
        <Figure label="Adoption">
          <Adoption health={health} />
        </Figure>
        <Figure label="Sessions, users">
          <span title={`${formatCount(health.sessions)} sessions`}>{formatShortCount(health.sessions)}</span>,{' '}
          {formatShortCount(health.users)}
        </Figure>
        {release.newIssues > 0 && <Figure label="New issues">{formatCount(release.newIssues)}</Figure>}
      </dl>
      <HealthChart series={series} />
    </div>
  );
}

function NewIssues({ release, projectId }: { readonly release: Release; readonly projectId: string | undefined }) {
  const { startMs, endMs, generation } = useRange();
  const query = newIssuesQuery(release.version);
  const list = useIssues({
    ...{ query, environment: '', sort: 'events', startMs, endMs, generation },
    projects: projectId === undefined ? [] : [projectId],
  });
  const issues = list.data?.pages[0]?.issues ?? [];
  const projects = useProjectList();
  if (list.isPending) return <BoneRows rows={4} label="the issues" />;
  if (list.isError && issues.length === 0)
    return <FailureNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (issues.length === 0) return <Empty title="No issue was first seen in this release." />;
  return (
    <TableFrame label="Issues new in this release">
      <table className="ledger">
        <thead>
          <tr>
            <IssueColumns />
          </tr>
        </thead>
        <tbody>
          {issues.map((listed) => (
            <IssueRow
              key={listed.issue.id}
              listed={listed}
              projectSlug={projects.find(({ id }) => id === listed.issue.projectId)?.slug}
              isSelected={false}
              isCurrent={false}
              maySelect={false}
              onSelect={() => undefined}
            />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Header({ release }: { readonly release: Release }) {
  const change = useChangeRelease(release.version);
  const mayRespond = useMay('respondIssues');
  const isArchived = release.status === 'archived';
  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-2 border-b-2 border-ink pb-3">
      <div className="min-w-0">
        <p className="mb-1 text-sm">
          <Link to="/releases" search={keepRange as never} className="text-accent underline underline-offset-2">
            Releases
          </Link>
        </p>
        <h1 className="flex flex-wrap items-center gap-3 font-mono text-xl leading-tight break-all">
          {release.version} <CopyButton text={release.version} /> {isArchived && <Tag>archived</Tag>}
        </h1>
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm text-ink-2">
          <span>
            {release.releasedMs === undefined ? 'Made' : 'Released'}{' '}
            <Ago at={release.releasedMs ?? release.createdMs} />
          </span>
          {release.firstEventMs !== undefined && (
            <span>
              first event <Ago at={release.firstEventMs} />
            </span>
          )}
          {release.lastEventMs !== undefined && (
            <span>
              newest <Ago at={release.lastEventMs} />
            </span>
          )}
          {release.authors.length > 0 && <span>by {release.authors.join(', ')}</span>}
        </p>
      </div>
      {mayRespond && (
        <div className="flex gap-2">
          {release.releasedMs === undefined && (
            <Button disabled={change.isPending} onClick={() => change.mutate({ releasedMs: Date.now() })}>
              Finalize
            </Button>
          )}
          <Button
            disabled={change.isPending}
            onClick={() => change.mutate({ status: isArchived ? 'open' : 'archived' })}
          >
            {isArchived ? 'Bring back' : 'Archive'}
          </Button>
        </div>
      )}
      {change.isError && <FailureNotice error={change.error} />}
    </header>
  );
}

function Tabs({ release, tab }: { readonly release: Release; readonly tab: ReleaseSearch['tab'] }) {
  const change = useChangeSearch();
  const tabs = [
    { value: undefined, label: 'New issues', count: release.newIssues },
    { value: 'deploys', label: 'Deploys', count: release.deployCount },
    { value: 'commits', label: 'Commits', count: release.commitCount },
    { value: 'artifacts', label: 'Artifacts', count: release.artifactCount },
  ] as const;
  return (
    <nav aria-label="Parts of the release" className="mt-6 mb-3 flex gap-0.5 overflow-x-auto border-b border-line">
      {tabs.map(({ value, label, count }) => (
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
          {label} <span className="text-xs text-ink-3">{formatCount(count)}</span>
        </button>
      ))}
    </nav>
  );
}

/** Is this version good, and what came with it? */
export function ReleasePage() {
  const { version = '' } = useParams({ strict: false }) as { readonly version?: string };
  const search = useSearch({ strict: false }) as ReleaseSearch;
  const { startMs, endMs, generation } = useRange();
  const change = useChangeSearch();
  const projectId = useProjectList().find(({ slug }) => slug === search.of)?.id;
  const view = useRelease(version, { projectId, environment: search.env, startMs, endMs, generation });
  useTitle(version);
  return (
    <IssuesFrame>
      {view.isPending && <BoneRows rows={10} label="the release" />}
      {view.isError && view.data === undefined && (
        <>
          <h1 className="mb-4 text-xl">This release cannot be shown</h1>
          <FailureNotice error={view.error} onRetry={() => void view.refetch()} />
        </>
      )}
      {view.data !== undefined && (
        <>
          <Header release={view.data.release} />
          <div className="mb-3 flex flex-wrap gap-2">
            <ProjectSelect value={search.of} onChange={(of) => change({ of }, true)} />
            <EnvironmentSelect value={search.env} onChange={(env) => change({ env }, true)} />
          </div>
          <Health view={view.data} />
          <Tabs release={view.data.release} tab={search.tab} />
          {search.tab === undefined && <NewIssues release={view.data.release} projectId={projectId} />}
          {search.tab === 'deploys' && <Deploys release={view.data.release} />}
          {search.tab === 'commits' && <Commits release={view.data.release} />}
          {search.tab === 'artifacts' && <ArtifactBundles release={view.data.release} />}
        </>
      )}
    </IssuesFrame>
  );
}
