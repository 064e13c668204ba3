import type { Actor } from '../../../access/index.ts';
import { Failure, storableText, unreachable } from '../../../base/index.ts';
import type { ProjectReleases } from '../../releases/index.ts';
import type { IgnoreCondition, IssueChange } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { AssignablePerson } from '../ports.ts';
import { requirePerson } from './list-assignees.ts';

/** A change that was checked, with everything that it needs from elsewhere; the transaction asks nobody else. */
export interface PlannedChange {
  readonly change: IssueChange;
  readonly actor: Actor;
  readonly nowMs: number;
  /** For `assign`; absent takes the issue from whoever has it. */
  readonly person?: AssignablePerson;
  /** For `resolve` in the next release. */
  readonly newestRelease: (projectId: string) => string;
}

/** Checks what was asked. Throws before anything is read or locked. */
export async function planChange(context: TrackingContext, actor: Actor, change: IssueChange): Promise<PlannedChange> {
  const nowMs = context.clock.nowMs();
  const plain = { actor, nowMs, change, newestRelease: () => '' };
  switch (change.type) {
    case 'resolve':
      return { ...plain, ...(await planResolve(context, change)) };
    case 'ignore':
      return { ...plain, change: { ...change, condition: acceptedCondition(change.condition, nowMs) } };
    case 'assign':
      return change.personId === null ? plain : { ...plain, person: await requirePerson(context, change.personId) };
    case 'unresolve':
    case 'priority':
    case 'merge':
    case 'delete':
      return plain;
    default:
      return unreachable(change);
  }
}

async function planResolve(
  { projects, releases }: TrackingContext,
  change: Extract<IssueChange, { type: 'resolve' }>,
): Promise<Partial<PlannedChange>> {
  const where = change.in ?? 'now';
  if (typeof where === 'object') {
    return { change: { ...change, in: { release: acceptedRelease(where.release) } } };
  }
  if (where === 'now') return {};
  const known = new Map<string, ProjectReleases>();
  for (const { id } of projects.all()) known.set(id, await releases.ofProject(id));
  return {
    newestRelease: (projectId) => {
      const newest = known.get(projectId)?.newest;
      if (newest !== undefined) return newest;
      throw new Failure(ISSUES_TRACKING_FAILURES.noRelease, { project: projects.byId(projectId)?.slug ?? projectId });
    },
  };
}

function acceptedRelease(given: string): string {
  const release = storableText(given.trim());
  if (release.length >= 1 && release.length <= LIMITS.releaseChars && !/[\n\r\t]/.test(release)) return release;
  throw new Failure(ISSUES_TRACKING_FAILURES.releaseInvalid, {
    release: JSON.stringify(given.slice(0, LIMITS.releaseChars)),
    max: LIMITS.releaseChars,
  });
}

const CONDITION_NAMES = ['untilEscalating', 'untilMs', 'count', 'countWindowMs', 'users', 'usersWindowMs'] as const;

function acceptedCondition(given: IgnoreCondition, nowMs: number): IgnoreCondition {
  const refuse = (reason: string): Failure => new Failure(ISSUES_TRACKING_FAILURES.conditionInvalid, { reason });
  const whole = (name: (typeof CONDITION_NAMES)[number], value: number | undefined, min: number, max: number): void => {
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
    throw refuse(`${name} is ${value}, and must be a whole number from ${min} to ${max}`);
  };
  if (given.untilMs !== undefined && given.untilMs <= nowMs) throw refuse('the time to ignore until has passed');
  whole('untilMs', given.untilMs, nowMs, nowMs + LIMITS.ignoreUntilMaxMs);
  whole('count', given.count, 1, LIMITS.ignoreCountMax);
  whole('users', given.users, 1, LIMITS.ignoreUsersMax);
  whole('countWindowMs', given.countWindowMs, LIMITS.ignoreWindowMinMs, LIMITS.ignoreWindowMaxMs);
  whole('usersWindowMs', given.usersWindowMs, LIMITS.ignoreWindowMinMs, LIMITS.ignoreWindowMaxMs);
  if (given.countWindowMs !== undefined && given.count === undefined) throw refuse('a window of events has no count');
  if (given.usersWindowMs !== undefined && given.users === undefined) throw refuse('a window of users has no number');
  const kept = CONDITION_NAMES.flatMap((name) => {
    const value = given[name];
    return value === undefined || value === false ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}
