import type { Selectable } from 'kysely';
import { knownActions, knownRoles } from './accepted-input.ts';
import type { AccessTables } from './migrations.ts';
import type { Grant, Key, Person } from './service.ts';

type Row<Table extends keyof AccessTables> = Selectable<AccessTables[Table]>;

export const PERSON_COLUMNS = ['id', 'email', 'name', 'roles', 'disabled', 'created_ms', 'last_sign_in_ms'] as const;
export const KEY_COLUMNS = [
  ...(['id', 'name', 'roles', 'scopes', 'created_ms', 'created_by'] as const),
  ...(['expires_ms', 'last_used_ms', 'revoked_ms'] as const),
] as const;

/** People and keys as the rest of the program sees them: without passwords and secrets. */
export const personOf = (row: Pick<Row<'access_people'>, (typeof PERSON_COLUMNS)[number]>): Person => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: knownRoles(row.roles),
  createdMs: row.created_ms,
  ...(row.last_sign_in_ms === null ? {} : { lastSignInMs: row.last_sign_in_ms }),
  disabled: row.disabled,
});

export const keyOf = (row: Pick<Row<'access_keys'>, (typeof KEY_COLUMNS)[number]>): Key => ({
  id: row.id,
  name: row.name,
  roles: knownRoles(row.roles),
  ...(row.scopes === null ? {} : { scopes: knownActions(row.scopes) }),
  createdMs: row.created_ms,
  createdBy: row.created_by,
  ...(row.expires_ms === null ? {} : { expiresMs: row.expires_ms }),
  ...(row.last_used_ms === null ? {} : { lastUsedMs: row.last_used_ms }),
  ...(row.revoked_ms === null ? {} : { revokedMs: row.revoked_ms }),
});

export const grantOf = (row: Row<'access_grants'>): Grant => ({
  id: row.id,
  // The table's CHECK admits these three only.
  subjectType: row.subject_type as Grant['subjectType'],
  subjectId: row.subject_id,
  pattern: row.pattern,
  createdMs: row.created_ms,
  createdBy: row.created_by,
});
