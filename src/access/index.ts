export { ACTIONS, type Action, type Actor, type Authorize, type ObjectRef, ROLES, type Role } from './types.ts';
export * from './sigv4/index.ts';
