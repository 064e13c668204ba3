import { Failure } from '../../../base/index.ts';
import type { IssueVerbs } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import type { AssignablePerson } from '../ports.ts';

/** By name. */
export const listAssignees =
  (context: TrackingContext): IssueVerbs['assignees'] =>
  async (actor) => {
    await context.authorize(actor, 'issues:Read', { type: 'project', name: '*' });
    const people = await context.people.all();
    return [...people].sort((a, b) => a.name.localeCompare(b.name));
  };

/** By id or by address. Throws `tracking.person-not-found`. */
export async function requirePerson({ people }: TrackingContext, id: string): Promise<AssignablePerson> {
  const person = (await people.all()).find(
    (other) => other.id === id || other.email.toLowerCase() === id.toLowerCase(),
  );
  if (person === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.personNotFound, { id });
  return person;
}
