import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';
import { compareSemantic, parseVersion } from '../parse-version.ts';
import type { ProjectReleases, ReleaseOrder } from '../types.ts';

/** A release as far as its order asks. */
export interface DatedRelease {
  readonly version: string;
  readonly atMs: number;
  readonly isArchived: boolean;
}

interface HeldOrder {
  readonly order: ProjectReleases;
  readonly changesAt: number;
  readonly readMs: number;
}

/** See `ReleaseOrder`; what was read is held until a release changes, or for a while. */
export function createReleaseOrder(context: ReleasesContext): ReleaseOrder {
  const held = new LRUCache<string, HeldOrder>({ max: ISSUES_RELEASES_LIMITS.orderProjectsMax });
  return {
    ofProject: async (projectId) => {
      const changesAt = context.changed.releasesAt();
      const nowMs = context.clock.monotonicMs();
      const known = held.get(projectId);
      const isFresh = known !== undefined && nowMs - known.readMs < ISSUES_RELEASES_LIMITS.orderMsMax;
      if (isFresh && known.changesAt === changesAt) return known.order;
      const order = orderReleases(await readDated(context, projectId));
      held.set(projectId, { order, changesAt, readMs: nowMs });
      return order;
    },
  };
}

async function readDated(context: ReleasesContext, projectId: string): Promise<readonly DatedRelease[]> {
  const time = sql<number>`COALESCE(releases.released_ms, releases.created_ms)`;
  const rows = await context.catalog
    .db<ReleasesTables>()
    .selectFrom('release_projects')
    .innerJoin('releases', 'releases.version', 'release_projects.version')
    .select(['releases.version', 'releases.status', time.as('at_ms')])
    .where('release_projects.project_id', '=', projectId)
    .orderBy(time, 'desc')
    .orderBy('releases.version', 'desc')
    .limit(ISSUES_RELEASES_LIMITS.orderReleasesMax)
    .execute();
  return rows.map(({ version, status, at_ms }) => ({
    version,
    atMs: Number(at_ms),
    isArchived: status === 'archived',
  }));
}

/** Pure; of releases in any order. */
export function orderReleases(releases: readonly DatedRelease[]): ProjectReleases {
  const times = new Map(releases.map(({ version, atMs }) => [version, atMs]));
  const timeOf = (version: string): number => times.get(version) ?? Number.POSITIVE_INFINITY;
  const compare = (a: string, b: string): number => {
    if (a === b) return 0;
    const bySemver = compareSemantic(parseVersion(a), parseVersion(b));
    if (bySemver !== undefined && bySemver !== 0) return bySemver;
    const [atA, atB] = [timeOf(a), timeOf(b)];
    return atA === atB ? 0 : atA < atB ? -1 : 1;
  };
  return { compare, newest: newestOf(releases), has: (version) => times.has(version) };
}

function newestOf(releases: readonly DatedRelease[]): string | undefined {
  const open = releases.filter(({ isArchived }) => !isArchived);
  const last = open.reduce<DatedRelease | undefined>(
    (best, release) => (best === undefined || release.atMs > best.atMs ? release : best),
    undefined,
  );
  if (last === undefined) return undefined;
  // A fix of an old line may be made last: among semantic versions of one package the highest is the newest.
  return open.reduce((best, { version }) => {
    const order = compareSemantic(parseVersion(version), parseVersion(best));
    return order !== undefined && order > 0 ? version : best;
  }, last.version);
}
