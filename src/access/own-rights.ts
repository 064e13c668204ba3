import { Failure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { effectiveActions } from './role-table.ts';
import type { Action, Actor, Role } from './types.ts';

/**
 * Nobody makes, changes or takes over somebody who may do more than itself: a key with the scope access:Manage
 * alone must not end in a key that may do everything. Throws `access.beyond-own-rights`.
 */
export function guardOwnRights(
  actor: Actor,
  other: { readonly roles: readonly Role[]; readonly scopes?: readonly Action[] | undefined },
): void {
  const own = effectiveActions(actor);
  for (const action of effectiveActions(other)) {
    if (!own.has(action)) throw new Failure(ACCESS_FAILURES.beyondOwnRights, { name: actor.name, action });
  }
}
