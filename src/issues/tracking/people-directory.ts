import { type Access, systemActor } from '../../access/index.ts';
import type { Clock } from '../../base/index.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from './limits.ts';
import type { AssignablePerson, PeopleDirectory } from './ports.ts';

/** People who can sign in, remembered for seconds, because lists and searches ask again and again. */
export function createPeopleDirectory({
  access,
  clock,
}: {
  access: Pick<Access, 'people'>;
  clock: Clock;
}): PeopleDirectory {
  let remembered: { readonly people: Promise<readonly AssignablePerson[]>; readonly atMs: number } | undefined;
  const read = async (): Promise<readonly AssignablePerson[]> => {
    const people = await access.people.list(systemActor('issues'));
    return people.filter(({ disabled }) => !disabled).map(({ id, name, email }) => ({ id, name, email }));
  };
  return {
    all: async () => {
      const nowMs = clock.monotonicMs();
      if (remembered === undefined || nowMs - remembered.atMs >= LIMITS.peopleCachedMs) {
        remembered = { people: read(), atMs: nowMs };
      }
      try {
        return await remembered.people;
      } catch (error) {
        remembered = undefined;
        throw error;
      }
    },
  };
}
