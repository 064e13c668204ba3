import { Failure, newSecret, storableText } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { ACCESS_LIMITS } from './limits.ts';
import { isAction, isRole } from './role-table.ts';
import { ACTIONS, type Action, ROLES, type Role } from './types.ts';

/** The address in lower case. Throws `access.email-invalid`. */
export function acceptEmail(text: string): string {
  const email = normalEmail(text);
  if (email.length > ACCESS_LIMITS.emailCharsMax || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new Failure(ACCESS_FAILURES.emailInvalid, { charsMax: ACCESS_LIMITS.emailCharsMax });
  }
  return email;
}

/** The form in which addresses are stored and compared. */
export const normalEmail = (text: string): string => storableText(text).trim().normalize('NFC').toLowerCase();

/** Throws `access.name-invalid`. */
export function acceptName(text: string): string {
  const name = storableText(text).trim();
  const charsMax = ACCESS_LIMITS.nameCharsMax;
  if (name.length === 0 || name.length > charsMax) {
    throw new Failure(ACCESS_FAILURES.nameInvalid, { chars: name.length, charsMax });
  }
  return name;
}

/**
 * Length is what counts (NIST SP 800-63B, 5.1.1.2); no rules about kinds of characters. Throws
 * `access.password-weak`.
 */
export function acceptPassword(
  password: string,
  owner: { readonly email: string; readonly name: string },
  charsMin: number = ACCESS_LIMITS.passwordCharsMin,
): string {
  const refuse = (reason: string): Failure => new Failure(ACCESS_FAILURES.passwordWeak, { reason, charsMin });
  if (password.length < charsMin) throw refuse(`it has ${password.length} characters`);
  const charsMax = ACCESS_LIMITS.passwordCharsMax;
  if (password.length > charsMax) throw refuse(`it has more than ${charsMax} characters`);
  const folded = password.toLowerCase();
  if (folded === owner.email || folded === owner.name.toLowerCase()) throw refuse('it is the name of the person');
  if (/^(.)\1*$/su.test(password)) throw refuse('it is one character repeated');
  return password;
}

export const newPassword = (): string => newSecret(ACCESS_LIMITS.passwordCharsGenerated);

/** At least one known role, each once. Throws `access.role-invalid`. */
export function acceptRoles(roles: readonly string[]): readonly Role[] {
  const known = [...new Set(roles)].filter(isRole);
  if (known.length === 0 || known.length !== new Set(roles).size) {
    throw new Failure(ACCESS_FAILURES.roleInvalid, { roles: roles.join(', '), known: ROLES.join(', ') });
  }
  return known;
}

/** Throws `access.scope-invalid`. An empty list is refused: such a key could do nothing at all. */
export function acceptScopes(scopes: readonly string[] | undefined): readonly Action[] | undefined {
  if (scopes === undefined) return undefined;
  const known = [...new Set(scopes)].filter(isAction);
  if (known.length === 0 || known.length !== new Set(scopes).size) {
    throw new Failure(ACCESS_FAILURES.scopeInvalid, { scopes: scopes.join(', '), known: ACTIONS.join(', ') });
  }
  return known;
}

/** What is stored may name roles and actions of a newer release; those grant nothing here. */
export const knownRoles = (stored: readonly string[]): readonly Role[] => stored.filter(isRole);
export const knownActions = (stored: readonly string[]): readonly Action[] => stored.filter(isAction);
