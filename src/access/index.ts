/**
 * access: who may do what.
 *
 * Purpose: people, sessions, API keys, roles and grants; authentication of every call, and `authorize`, which every
 * verb calls first.
 *
 * Invariants: passwords are stored as argon2id (scrypt where the native module is missing), session tokens as
 * SHA-256, secrets of keys sealed with a master key that lies outside of the database. Scopes only narrow what roles
 * allow, and nobody hands out rights beyond their own. There is always somebody who may sign in as admin. Every
 * refusal and every change leaves an audit record before the caller is answered. A wrong address and a wrong
 * password are told alike, in the same time.
 *
 * Limits: see limits.ts. Keys are remembered for seconds, so that a request of telemetry costs no query; a change
 * made by this process counts at once, one made by another after those seconds.
 *
 * It does not speak HTTP (edges read headers and cookies), federate identities, or know what stands in log groups.
 */
export { type AccessDeps, createAccess } from './create-access.ts';
export { ACCESS_FAILURES } from './failures.ts';
export { formatKey, type KeyParts, parseKey } from './key-form.ts';
export { ACCESS_LIMITS } from './limits.ts';
export { ACCESS_MIGRATIONS } from './migrations.ts';
export { matchesPattern, ROLE_TABLE } from './role-table.ts';
export {
  type Access,
  auditIdentity,
  type BootstrapRequest,
  type BootstrapResult,
  type CallOrigin,
  type Grant,
  type GrantVerbs,
  type Key,
  type KeyForSigning,
  type KeyVerbs,
  type PeopleVerbs,
  type Person,
  type Secrets,
  type Session,
  type SignedIn,
} from './service.ts';
export { clearedSessionCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';
export * from './sigv4/index.ts';
export { systemActor } from './system-actor.ts';
export { ACTIONS, type Action, type Actor, type Authorize, type ObjectRef, ROLES, type Role } from './types.ts';
