import type { Actor, Authorize } from '../../access/index.ts';
import { clip, Failure } from '../../base/index.ts';
import { groupingSettingsOf, type TriedEvent, type TriedRules, tryRules } from '../grouping/index.ts';
import type { Group, Issue, NormalizedEvent, ProjectDirectory } from '../types.ts';
import { ISSUES_PROJECTS_FAILURES } from './failures.ts';
import { groupingWords } from './grouping-words.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';
import type { RuleMistake } from './types.ts';

export interface TryGroupingDeps {
  readonly authorize: Authorize;
  readonly projects: Pick<ProjectDirectory, 'byId' | 'bySlug'>;
  readonly group: Group;
  /** The newest stored events, with the hash that they are stored under. */
  readonly sample: (
    projectId: string,
    limit: number,
  ) => Promise<readonly { readonly hashId: number; readonly event: NormalizedEvent }[]>;
  /** Text and owner of each hash; those of deleted issues are absent. */
  readonly hashes: (
    hashIds: readonly number[],
  ) => Promise<ReadonlyMap<number, { readonly hash: string; readonly issueId: string }>>;
  readonly issues: (ids: readonly string[]) => Promise<readonly Issue[]>;
}

export interface TriedGrouping {
  readonly mistakes: readonly RuleMistake[];
  readonly tried: TriedRules;
  /** Of every issue that is named. */
  readonly issues: ReadonlyMap<string, Issue>;
}

const NOTHING: TriedRules = {
  ...{ events: 0, issues: 0, staying: 0, renewed: 0, splitting: 0, merging: 0, movedEvents: 0 },
  ...{ splits: [], merges: [] },
};

/** What a project's people want to try; what is absent is as it is set. */
export interface GroupingTrial {
  readonly groupingVersion?: string;
  readonly fingerprintRules?: string;
  readonly enhancementRules?: string;
  readonly events?: number;
}

/** Groups stored events by other rules or another algorithm, and changes nothing. Rules that are wrong are told, not tried. */
export const tryGrouping =
  (deps: TryGroupingDeps) =>
  async (actor: Actor, idOrSlug: string, trial: GroupingTrial): Promise<TriedGrouping> => {
    const project = deps.projects.byId(idOrSlug) ?? deps.projects.bySlug(idOrSlug);
    if (project === undefined) {
      throw new Failure(ISSUES_PROJECTS_FAILURES.notFound, { project: JSON.stringify(clip(idOrSlug, 80)) });
    }
    await deps.authorize(actor, 'issues:Read', { type: 'project', name: project.slug });
    const now = groupingSettingsOf(project.settings);
    const settings = {
      version: trial.groupingVersion ?? now.version,
      fingerprintRules: trial.fingerprintRules ?? now.fingerprintRules,
      enhancementRules: trial.enhancementRules ?? now.enhancementRules,
    };
    const mistakes = groupingWords.mistakes(settings);
    if (mistakes.length > 0) return { mistakes, tried: NOTHING, issues: new Map() };
    const limit = Math.min(trial.events ?? Number.POSITIVE_INFINITY, ISSUES_PROJECTS_LIMITS.triedEventsMax);
    const tried = tryRules(await ownedEvents(deps, project.id, limit), settings, deps.group);
    const issues = await deps.issues(issuesOf(tried));
    return { mistakes, tried, issues: new Map(issues.map((issue) => [issue.id, issue])) };
  };

/** Events whose issue is there; those of deleted issues say nothing. */
async function ownedEvents(deps: TryGroupingDeps, projectId: string, limit: number): Promise<readonly TriedEvent[]> {
  const events = await deps.sample(projectId, limit);
  const owners = await deps.hashes([...new Set(events.map(({ hashId }) => hashId))]);
  return events.flatMap(({ hashId, event }) => {
    const owner = owners.get(hashId);
    return owner === undefined ? [] : [{ event, currentHash: owner.hash, issueId: owner.issueId }];
  });
}

function issuesOf({ splits, merges }: TriedRules): readonly string[] {
  const groups = [...splits.flatMap(({ into }) => into), ...merges.map(({ into }) => into)];
  const ids = [
    ...splits.map(({ issueId }) => issueId),
    ...merges.flatMap(({ from }) => from.map(({ issueId }) => issueId)),
    ...groups.flatMap(({ issueId }) => issueId ?? []),
  ];
  return [...new Set(ids)];
}
