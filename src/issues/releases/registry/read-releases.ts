import { type Kysely, sql } from 'kysely';
import { Failure } from '../../../base/index.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import type { ReleasesTables } from '../migrations.ts';
import { parseVersion } from '../parse-version.ts';
import type { Commit, Deploy, Release, ReleaseInProject } from '../types.ts';

type Db = Kysely<ReleasesTables>;
type ReleaseRow = ReleasesTables['releases'];

export const optionalMs = <Name extends string>(
  name: Name,
  value: number | string | null,
): { readonly [K in Name]?: number } =>
  (value === null ? {} : { [name]: Number(value) }) as { readonly [K in Name]?: number };

/** Throws `releases.not-found`. */
export async function releaseRow(context: ReleasesContext, version: string): Promise<ReleaseRow> {
  const db = context.catalog.db<ReleasesTables>();
  const row = await db.selectFrom('releases').selectAll().where('version', '=', version).executeTakeFirst();
  if (row === undefined) throw new Failure(ISSUES_RELEASES_FAILURES.notFound, { version: version.slice(0, 80) });
  return row;
}

export async function projectIdsOf(context: ReleasesContext, version: string): Promise<readonly string[]> {
  const db = context.catalog.db<ReleasesTables>();
  const rows = await db
    .selectFrom('release_projects')
    .select('project_id')
    .where('version', '=', version)
    .orderBy('project_id')
    .execute();
  return rows.map((row) => row.project_id);
}

/** Everything that lists show of releases, in a fixed number of queries. In the order of the rows. */
export async function readReleases(context: ReleasesContext, rows: readonly ReleaseRow[]): Promise<readonly Release[]> {
  if (rows.length === 0) return [];
  const db = context.catalog.db<ReleasesTables>();
  const versions = rows.map(({ version }) => version);
  const [projects, commits, deploys, artifacts, newIssues] = await Promise.all([
    projectsByVersion(db, versions),
    commitsByVersion(db, versions),
    deploysByVersion(db, versions),
    artifactsByVersion(db, versions),
    context.countNewIssues?.(versions) ?? new Map<string, number>(),
  ]);
  return rows.map((row): Release => {
    const { version } = row;
    const commit = commits.get(version);
    const deploy = deploys.get(version);
    return {
      version,
      parsed: parseVersion(version),
      status: row.status === 'archived' ? 'archived' : 'open',
      createdMs: Number(row.created_ms),
      ...optionalMs('releasedMs', row.released_ms),
      url: row.url,
      ref: row.ref,
      projects: (projects.get(version) ?? []).map((project) => ({
        ...project,
        newIssues: newIssues.get(`${project.projectId} ${version}`) ?? 0,
      })),
      commitCount: commit?.count ?? 0,
      deployCount: deploy?.count ?? 0,
      artifactCount: artifacts.get(version) ?? 0,
      authors: commit?.authors ?? [],
      ...(commit?.last === undefined ? {} : { lastCommit: commit.last }),
      ...(deploy?.last === undefined ? {} : { lastDeploy: deploy.last }),
    };
  });
}

async function projectsByVersion(
  db: Db,
  versions: readonly string[],
): Promise<ReadonlyMap<string, readonly Omit<ReleaseInProject, 'newIssues'>[]>> {
  const rows = await db
    .selectFrom('release_projects')
    .selectAll()
    .where('version', 'in', versions)
    .orderBy('project_id')
    .execute();
  const found = new Map<string, Omit<ReleaseInProject, 'newIssues'>[]>();
  for (const row of rows) {
    const list = found.get(row.version) ?? [];
    list.push({
      projectId: row.project_id,
      ...optionalMs('firstEventMs', row.first_event_ms),
      ...optionalMs('lastEventMs', row.last_event_ms),
    });
    found.set(row.version, list);
  }
  return found;
}

interface CommitsOfRelease {
  readonly count: number;
  readonly authors: readonly string[];
  readonly last?: Commit;
}

async function commitsByVersion(db: Db, versions: readonly string[]): Promise<ReadonlyMap<string, CommitsOfRelease>> {
  const counts = await db
    .selectFrom('release_commits')
    .select(['version', sql<string>`count(*)`.as('count')])
    .select(sql<string[]>`array_agg(DISTINCT author_name) FILTER (WHERE author_name <> '')`.as('authors'))
    .where('version', 'in', versions)
    .groupBy('version')
    .execute();
  const heads = await db
    .selectFrom('release_commits')
    .selectAll()
    .where('version', 'in', versions)
    .where('position', '=', 0)
    .execute();
  const last = new Map(heads.map((row) => [row.version, commitOf(row)]));
  return new Map(
    counts.map((row) => {
      const head = last.get(row.version);
      const rest = head === undefined ? {} : { last: head };
      return [row.version, { count: Number(row.count), authors: row.authors ?? [], ...rest }];
    }),
  );
}

async function deploysByVersion(
  db: Db,
  versions: readonly string[],
): Promise<ReadonlyMap<string, { readonly count: number; readonly last?: Deploy }>> {
  const rows = await db
    .selectFrom('release_deploys')
    .distinctOn('version')
    .selectAll()
    .select(sql<string>`count(*) OVER (PARTITION BY version)`.as('count'))
    .where('version', 'in', versions)
    .orderBy('version')
    .orderBy('finished_ms', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.version, { count: Number(row.count), last: deployOf(row) }]));
}

async function artifactsByVersion(db: Db, versions: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('artifact_bundles')
    .select(['release', sql<string>`sum(file_count)`.as('count')])
    .where('release', 'in', versions)
    .groupBy('release')
    .execute();
  return new Map(rows.map((row) => [row.release, Number(row.count)]));
}

type CommitRow = Omit<ReleasesTables['release_commits'], 'files'> & { readonly files: Commit['files'] };
type DeployRow = Omit<ReleasesTables['release_deploys'], 'project_ids'> & { readonly project_ids: readonly string[] };

export const commitOf = (row: CommitRow): Commit => ({
  id: row.commit_id,
  repository: row.repository,
  message: row.message,
  authorName: row.author_name,
  authorEmail: row.author_email,
  ...optionalMs('atMs', row.at_ms),
  files: row.files,
});

export const deployOf = (row: DeployRow): Deploy => ({
  id: row.id,
  version: row.version,
  environment: row.environment,
  name: row.name,
  url: row.url,
  ...optionalMs('startedMs', row.started_ms),
  finishedMs: Number(row.finished_ms),
  projectIds: row.project_ids,
});
