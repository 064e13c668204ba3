import { type Capability, capabilityRoles } from '../api/session.ts';
import type { Session } from '../api/types.ts';

/** The same question as useMay, for lists of things that each need another capability. */
export const mayOf = (session: Session | null | undefined, capability: Capability): boolean =>
  session?.person.roles.some((role) => capabilityRoles(capability).includes(role)) ?? false;
