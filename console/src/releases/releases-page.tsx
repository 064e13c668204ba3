import { Link, useSearch } from '@tanstack/react-router';
import type { ReleaseListed } from '../api/issue-types.ts';
import { useProjectList } from '../api/projects.ts';
import { useReleases } from '../api/releases.ts';
import { formatCount, formatPlural, formatShortCount } from '../base/format.ts';
import { IssuesFrame } from '../issues/issues-frame.tsx';
import { EnvironmentSelect, ProjectSelect } from '../issues/pickers.tsx';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { keepRange, useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { Adoption, Rate } from './rate.tsx';

export interface ReleasesSearch {
  readonly of?: string | undefined;
  readonly env?: string | undefined;
  readonly find?: string | undefined;
}
export interface ReleaseSearch {
  readonly of?: string | undefined;
  readonly env?: string | undefined;
  readonly tab?: 'commits' | 'artifacts' | 'deploys' | undefined;
}

const link = 'text-accent underline decoration-line-2 underline-offset-2';

/** Issues that were first seen in a release, whatever their state. */
export const newIssuesQuery = (version: string): string =>
  `firstRelease:${/[\s"]/.test(version) ? `"${version}"` : version}`;

function ReleaseRow({ listed, search }: { readonly listed: ReleaseListed; readonly search: ReleasesSearch }) {
  const { release, health } = listed;
  const projects = useProjectList();
  const slugs = release.projectIds.map((id) => projects.find((project) => project.id === id)?.slug ?? id);
  const when = release.releasedMs ?? release.createdMs;
  return (
    <tr>
      <td className="w-full min-w-56">
        <Link
          to="/releases/$version"
          params={{ version: release.version }}
          search={(old: Record<string, unknown>) => ({ ...keepRange(old), of: search.of, env: search.env }) as never}
          className={`font-mono text-sm font-medium break-all ${link}`}
          title={release.version}
        >
          {release.version}
        </Link>{' '}
        {release.status === 'archived' && <Tag>archived</Tag>}
        <div className="flex flex-wrap gap-x-3 text-xs text-ink-3">
          <span>
            {release.releasedMs === undefined ? 'first seen' : 'released'} <Ago at={when} />
          </span>
          {slugs.length > 0 && <span>{slugs.join(', ')}</span>}
          {release.lastDeploy !== undefined && (
            <span>
              deployed to {release.lastDeploy.environment} <Ago at={release.lastDeploy.finishedMs} />
            </span>
          )}
          {release.commitCount > 0 && <span>{formatPlural(release.commitCount, 'commit')}</span>}
        </div>
      </td>
      <td className="figure">
        <Rate rate={health.crashFreeSessions} of={health.sessions} />
      </td>
      <td className="figure">
        <Rate rate={health.crashFreeUsers} of={health.users} />
      </td>
      <td className="figure" title={formatCount(health.sessions)}>
        {health.sessions === 0 ? <span className="text-ink-3">–</span> : formatShortCount(health.sessions)}
      </td>
      <td>
        <Adoption health={health} />
      </td>
      <td className="figure">
        {release.newIssues === 0 ? (
          <span className="text-ink-3">0</span>
        ) : (
          <Link
            to="/issues"
            search={(old: Record<string, unknown>) =>
              ({ ...keepRange(old), q: newIssuesQuery(release.version) }) as never
            }
            className={`font-semibold ${link}`}
          >
            {formatCount(release.newIssues)}
          </Link>
        )}
      </td>
    </tr>
  );
}

const COMMANDS = (origin: string): string => `export SENTRY_URL=${origin}
export SENTRY_ORG=holdfast SENTRY_PROJECT=<project>
export SENTRY_AUTH_TOKEN=<API key with the scope releases:Write>
npx @sentry/cli releases new shop@1.0.0
npx @sentry/cli releases set-commits shop@1.0.0 --auto
npx @sentry/cli releases finalize shop@1.0.0
npx @sentry/cli deploys new --release shop@1.0.0 -e production`;

function NoRelease({ isAsked }: { readonly isAsked: boolean }) {
  if (isAsked) return <Empty title="No release is like that." />;
  return (
    <Empty title="No release is known yet.">
      <p className="mb-2">
        Events that name a release make it known, and so does sentry-cli. Crash-free rates come from the sessions that
        SDKs send by themselves.
      </p>
      <Snippet label="Releases by sentry-cli" text={COMMANDS(location.origin)} />
    </Empty>
  );
}

/** Which version is good, who runs it, and what did it break? */
export function ReleasesPage() {
  useTitle('Releases');
  const search = useSearch({ strict: false }) as ReleasesSearch;
  const { startMs, endMs, generation } = useRange();
  const change = useChangeSearch();
  const known = useProjectList();
  const project = known.find(({ slug }) => slug === search.of);
  const list = useReleases({
    projectId: project?.id,
    environment: search.env,
    find: search.find ?? '',
    startMs,
    endMs,
    generation,
  });
  // Those of Holdfast's own probes are of a project that no list has.
  const releases = (list.data?.pages.flatMap((page) => page.releases) ?? []).filter(
    ({ release }) =>
      known.length === 0 ||
      release.projectIds.length === 0 ||
      release.projectIds.some((id) => known.some((one) => one.id === id)),
  );
  return (
    <IssuesFrame heading="Releases">
      <Section
        title="Releases"
        lead="Newest first. Rates are of the sessions in the chosen time."
        action={
          <div className="flex flex-wrap gap-2">
            <ProjectSelect value={search.of} onChange={(of) => change({ of }, true)} />
            <EnvironmentSelect value={search.env} onChange={(env) => change({ env }, true)} />
            <input
              className="control w-44"
              aria-label="Find a release"
              placeholder="Find a version"
              data-search
              value={search.find ?? ''}
              onChange={(event) => change({ find: event.target.value === '' ? undefined : event.target.value }, true)}
            />
          </div>
        }
      >
        {list.isPending && <BoneRows rows={8} label="the releases" />}
        {list.isError && releases.length === 0 && (
          <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.isSuccess && releases.length === 0 && <NoRelease isAsked={search.find !== undefined} />}
        {releases.length > 0 && (
          <TableFrame label="Releases">
            <table className="ledger">
              <thead>
                <tr>
                  <th scope="col">Release</th>
                  <th scope="col" className="figure">
                    Crash-free sessions
                  </th>
                  <th scope="col" className="figure">
                    Crash-free users
                  </th>
                  <th scope="col" className="figure">
                    Sessions
                  </th>
                  <th scope="col">Adoption</th>
                  <th scope="col" className="figure">
                    New issues
                  </th>
                </tr>
              </thead>
              <tbody>
                {releases.map((listed) => (
                  <ReleaseRow key={listed.release.version} listed={listed} search={search} />
                ))}
              </tbody>
            </table>
          </TableFrame>
        )}
        {list.hasNextPage && (
          <div className="mt-3">
            <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
      </Section>
    </IssuesFrame>
  );
}
