import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { isFailure } from '../../../base/index.ts';
import { isVersion } from '../accepted-input.ts';
import type { ReleasesContext } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { ReleasesTables } from '../migrations.ts';
import type { ReleaseSightings } from '../types.ts';
import { ensureRelease } from './change-releases.ts';

interface Seen {
  readonly projectId: string;
  readonly version: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Events name releases at the rate of events, and the table changes at the rate of minutes: what was written is
 * remembered, and written again when the first event moved back or the last one on by a step.
 */
export function createSightings(context: ReleasesContext): ReleaseSightings {
  const written = new LRUCache<string, Seen>({ max: ISSUES_RELEASES_LIMITS.sightingsMax });
  let isFullTold = false;
  return {
    seen: async (sightings) => {
      const due = gather(sightings).filter((seen) => {
        const known = written.get(keyOf(seen));
        if (known === undefined) return true;
        return seen.firstMs < known.firstMs || seen.lastMs >= known.lastMs + ISSUES_RELEASES_LIMITS.sightingStepMs;
      });
      for (const seen of due) {
        try {
          await writeSeen(context, seen);
          const known = written.get(keyOf(seen));
          const firstMs = Math.min(seen.firstMs, known?.firstMs ?? seen.firstMs);
          written.set(keyOf(seen), { ...seen, firstMs, lastMs: Math.max(seen.lastMs, known?.lastMs ?? 0) });
        } catch (error) {
          // Events of one release too many are kept as events; their release has no page.
          if (!isFailure(error, ISSUES_RELEASES_FAILURES.tooManyReleases)) throw error;
          if (!isFullTold) context.log.warn({ err: error }, 'releases that events name are not made any more');
          isFullTold = true;
          written.set(keyOf(seen), seen);
        }
      }
    },
  };
}

const keyOf = ({ projectId, version }: Pick<Seen, 'projectId' | 'version'>): string => `${projectId} ${version}`;

/** One entry for each release of a project, in the order of the keys so that two writers never wait for each other. */
function gather(sightings: Parameters<ReleaseSightings['seen']>[0]): readonly Seen[] {
  const gathered = new Map<string, Seen>();
  for (const { projectId, version, timeMs } of sightings) {
    if (!isVersion(version)) continue;
    const known = gathered.get(keyOf({ projectId, version }));
    gathered.set(keyOf({ projectId, version }), {
      projectId,
      version,
      firstMs: Math.min(timeMs, known?.firstMs ?? timeMs),
      lastMs: Math.max(timeMs, known?.lastMs ?? timeMs),
    });
  }
  return [...gathered.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

async function writeSeen(context: ReleasesContext, seen: Seen): Promise<void> {
  const isNew = await context.catalog.transaction<ReleasesTables, boolean>(async (trx) => {
    const made = await ensureRelease(trx, seen.version, Math.min(seen.firstMs, context.clock.nowMs()));
    const added = await trx
      .insertInto('release_projects')
      .values({
        version: seen.version,
        project_id: seen.projectId,
        first_event_ms: seen.firstMs,
        last_event_ms: seen.lastMs,
      })
      .onConflict((conflict) =>
        conflict.columns(['version', 'project_id']).doUpdateSet({
          first_event_ms: sql<number>`LEAST(release_projects.first_event_ms, excluded.first_event_ms)`,
          last_event_ms: sql<number>`GREATEST(release_projects.last_event_ms, excluded.last_event_ms)`,
        }),
      )
      .returning(sql<boolean>`xmax = 0`.as('is_new'))
      .executeTakeFirst();
    return made || added?.is_new === true;
  });
  if (isNew) context.changed.releases();
}
