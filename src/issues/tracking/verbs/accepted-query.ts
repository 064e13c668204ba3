import type { Actor } from '../../../access/index.ts';
import { Failure } from '../../../base/index.ts';
import type { Project, TimeRange } from '../../types.ts';
import { projectObject } from '../allowed-issue.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import type { EventCondition } from '../search/event-condition.ts';

/** Throws `tracking.range-invalid`. */
export function acceptedCount(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Failure(ISSUES_TRACKING_FAILURES.rangeInvalid, { name, value, allowed: `a whole number from 1 to ${max}` });
}

const TIME_MAX = 8_640_000_000_000_000;

/** Throws `tracking.range-invalid`. */
export function acceptedRange({ fromMs, toMs }: TimeRange): TimeRange {
  for (const [name, value] of Object.entries({ fromMs, toMs })) {
    if (Number.isInteger(value) && value >= 0 && value <= TIME_MAX) continue;
    throw new Failure(ISSUES_TRACKING_FAILURES.rangeInvalid, { name, value, allowed: 'milliseconds since 1970' });
  }
  if (fromMs < toMs) return { fromMs, toMs };
  throw new Failure(ISSUES_TRACKING_FAILURES.rangeInvalid, {
    name: 'toMs',
    value: toMs,
    allowed: 'a time after fromMs',
  });
}

/**
 * The projects that are asked for, else all but the one that Holdfast proves itself with; each must be allowed.
 * Throws `tracking.project-not-found`.
 */
export async function allowedProjects(
  context: TrackingContext,
  actor: Actor,
  asked: readonly string[] | undefined,
): Promise<readonly Project[]> {
  if (asked === undefined || asked.length === 0) {
    await context.authorize(actor, 'issues:Read', { type: 'project', name: '*' });
    return context.projects.all().filter(({ isInternal }) => !isInternal);
  }
  const found: Project[] = [];
  for (const project of new Set(asked)) {
    await context.authorize(actor, 'issues:Read', projectObject(context, project));
    const known = context.projects.byId(project);
    if (known === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.projectNotFound, { project });
    found.push(known);
  }
  return found;
}

export const inEnvironment = (environment: string | undefined): EventCondition | undefined =>
  environment === undefined || environment === ''
    ? undefined
    : {
        type: 'match',
        field: { type: 'column', name: 'environment' },
        patterns: [{ pieces: [environment] }],
        isNegated: false,
      };
