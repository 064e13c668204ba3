import type { AuditIdentity } from '../audit/index.ts';
import type { Action, Actor, Authorize, Role } from './types.ts';

/** Where a call comes from, as the edge saw it. */
export interface CallOrigin {
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdMs: number;
  readonly lastSignInMs?: number;
  readonly disabled: boolean;
}

/** An API key without its secret, which is shown once and never again. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes?: readonly Action[];
  readonly createdMs: number;
  readonly createdBy: string;
  readonly expiresMs?: number;
  readonly lastUsedMs?: number;
  readonly revokedMs?: number;
}

export interface Grant {
  readonly id: string;
  readonly subjectType: 'person' | 'key' | 'role';
  readonly subjectId: string;
  /** Log group name with `*` wildcards. */
  readonly pattern: string;
  readonly createdMs: number;
  readonly createdBy: string;
}

export interface Session {
  readonly id: string;
  readonly person: Person;
  readonly csrfToken: string;
  /** When it ends at the latest; it ends earlier when it is not used. */
  readonly expiresMs: number;
  readonly mustChangePassword: boolean;
}

export interface SignedIn {
  /** For the cookie alone; only its digest is stored. */
  readonly token: string;
  readonly session: Session;
  readonly actor: Actor;
}

export interface KeyForSigning {
  readonly secret: string;
  /** Throws `access.key-invalid` when the key was revoked or expired since; notes that it was used. */
  readonly actorFor: (origin: CallOrigin) => Promise<Actor>;
}

export interface BootstrapRequest {
  readonly adminEmail?: string;
  readonly adminPassword?: string;
  /** `hf_<id>_<secret>`. */
  readonly adminKey?: string;
}

export interface BootstrapResult {
  /** False when there were people already: then nothing was done. */
  readonly created: boolean;
  readonly email?: string;
  /** Only when it was generated; to be printed once. */
  readonly generatedPassword?: string;
  readonly accessKeyId?: string;
}

/** The verbs of access. Those that take an actor authorize and audit. */
export interface Access {
  readonly bootstrap: (request: BootstrapRequest) => Promise<BootstrapResult>;
  readonly authorize: Authorize;
  /** True when `authorize` would allow logs:Read on this group; records nothing. */
  readonly canRead: (actor: Actor, logGroup: string) => boolean;

  /** Throws `access.key-invalid`, `access.too-many-attempts`, `catalog.unavailable`. */
  readonly authenticateBearer: (token: string, origin: CallOrigin) => Promise<Actor>;
  /** For SigV4; undefined for an id that is unknown, revoked or expired. */
  readonly accessKeyForSigning: (accessKeyId: string) => Promise<KeyForSigning | undefined>;
  /** Counts a wrong key or signature; throws `access.too-many-attempts` past the limit, else returns. */
  readonly noteFailedKey: (origin: CallOrigin) => Promise<void>;
  /**
   * Throws `access.session-invalid`, and `access.csrf-invalid` when `csrf` is not `not-needed` and not the token of
   * the session. Give `not-needed` for calls that change nothing.
   */
  readonly authenticateSession: (
    request: CallOrigin & {
      readonly token: string;
      readonly csrf: { readonly type: 'not-needed' } | { readonly type: 'token'; readonly value: string | undefined };
    },
  ) => Promise<{ readonly actor: Actor; readonly session: Session }>;

  /** Throws `access.sign-in-refused`, `access.too-many-attempts`, `access.busy`. */
  readonly signIn: (request: CallOrigin & { readonly email: string; readonly password: string }) => Promise<SignedIn>;
  readonly signOut: (actor: Actor) => Promise<void>;
  /** Ends every other session of the person. Throws `access.password-wrong`, `access.password-weak`. */
  readonly changePassword: (
    actor: Actor,
    passwords: { readonly current: string; readonly next: string },
  ) => Promise<void>;

  /** Seals what other areas must keep but never show: addresses with passwords, tokens of channels. */
  readonly secrets: Secrets;

  readonly people: PeopleVerbs;
  readonly keys: KeyVerbs;
  readonly grants: GrantVerbs;
  /** Writes what is pending, such as when keys were last used. */
  readonly close: () => Promise<void>;
}

export interface Secrets {
  /** `owner` says what it belongs to, `notify:channel/ops`; the seal opens for it alone. */
  readonly seal: (secret: string, owner: string) => Buffer;
  /** Throws `access.master-key-wrong` when the seal is not of this installation or of another owner. */
  readonly unseal: (sealed: Buffer, owner: string) => string;
}

export interface PeopleVerbs {
  readonly list: (actor: Actor) => Promise<readonly Person[]>;
  /** Throws `access.person-exists`, `access.email-invalid`, `access.role-invalid`, `access.password-weak`. */
  readonly create: (
    actor: Actor,
    person: {
      readonly email: string;
      readonly name: string;
      readonly roles: readonly string[];
      readonly password?: string | undefined;
    },
  ) => Promise<{ readonly person: Person; readonly password?: string }>;
  /** Throws `access.person-not-found`, `access.last-admin`, `access.role-invalid`, `access.beyond-own-rights`. */
  readonly change: (
    actor: Actor,
    id: string,
    change: {
      readonly name?: string | undefined;
      readonly roles?: readonly string[] | undefined;
      readonly disabled?: boolean | undefined;
    },
  ) => Promise<Person>;
  /** Gives a generated password, ends every session of the person. */
  readonly resetPassword: (actor: Actor, id: string) => Promise<{ readonly password: string }>;
}

export interface KeyVerbs {
  readonly list: (actor: Actor) => Promise<readonly Key[]>;
  /** Throws `access.role-invalid`, `access.scope-invalid`, `access.expiry-invalid`, `access.beyond-own-rights`. */
  readonly create: (
    actor: Actor,
    key: {
      readonly name: string;
      readonly roles: readonly string[];
      readonly scopes?: readonly string[] | undefined;
      readonly expiresMs?: number | undefined;
    },
  ) => Promise<{
    readonly key: Key;
    /** `hf_<id>_<secret>`. */
    readonly token: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  }>;
  /** Throws `access.key-not-found`. Revoking twice changes nothing. */
  readonly revoke: (actor: Actor, id: string) => Promise<void>;
}

export interface GrantVerbs {
  readonly list: (actor: Actor) => Promise<readonly Grant[]>;
  /** Throws `access.grant-invalid`, `access.too-many`. The same grant twice is one. */
  readonly create: (
    actor: Actor,
    grant: { readonly subjectType: string; readonly subjectId: string; readonly pattern: string },
  ) => Promise<Grant>;
  /** Throws `access.grant-not-found`. */
  readonly remove: (actor: Actor, id: string) => Promise<void>;
}

/** The fields of an actor that an audit record names. */
export const auditIdentity = (actor: Actor): AuditIdentity => ({
  type: actor.type,
  id: actor.id,
  name: actor.name,
  sourceIp: actor.sourceIp,
  userAgent: actor.userAgent,
  ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
});
