import { storableText } from '../../../base/index.ts';
import type { ProjectReleases } from '../../releases/index.ts';
import type { IssueResolution, RecordedEvent } from '../../types.ts';

/**
 * The first event that a resolution does not cover; undefined when it covers all of them.
 *
 * - What was received before the issue was resolved never counts, however late it is processed.
 * - `now` and `by-age` cover nothing that comes after.
 * - `in-release` covers releases that are earlier; that release itself and later ones are regressions.
 * - `in-next-release` covers also the release that was newest when it was said.
 * - An event without a release is taken to be earlier: it comes from something that was deployed before anybody named
 *   releases. Which of two releases is earlier, is told by the order of the project's releases. Pure.
 */
export function findRegression(
  resolution: IssueResolution,
  events: readonly Pick<RecordedEvent, 'eventId' | 'release' | 'receivedMs'>[],
  releases: Pick<ProjectReleases, 'compare'>,
): { readonly eventId: string; readonly release: string } | undefined {
  const answers = new Map<string, boolean>();
  for (const event of events) {
    if (event.receivedMs <= resolution.atMs) continue;
    const isCovered = answers.get(event.release) ?? covers(resolution, event.release, releases);
    answers.set(event.release, isCovered);
    if (!isCovered) return { eventId: event.eventId, release: storableText(event.release) };
  }
  return undefined;
}

function covers(resolution: IssueResolution, release: string, { compare }: Pick<ProjectReleases, 'compare'>): boolean {
  if (resolution.type === 'now' || resolution.type === 'by-age') return false;
  if (release === '') return true;
  return resolution.type === 'in-release'
    ? compare(release, resolution.release) < 0
    : compare(release, resolution.after) <= 0;
}
