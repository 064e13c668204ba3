/** `sender` is for keys of programs that only write telemetry; docs/access.md has the table. */
export const ROLES = ['viewer', 'responder', 'security', 'admin', 'sender'] as const;
export type Role = (typeof ROLES)[number];

/** Every action that can be allowed or refused. A key's scopes are a subset of these. */
export const ACTIONS = [
  'logs:Write',
  'logs:Read',
  'logs:Describe',
  'logs:Manage',
  'access:Read',
  'access:Manage',
  'audit:Read',
  'trust:Read',
  'trust:Manage',
  'redaction:Read',
  'system:Read',
  'vault:Read',
  'vault:Manage',
  'workbooks:Read',
  'workbooks:Write',
  'backup:Read',
  'backup:Run',
  'backup:Restore',
  'backup:Manage',
  'metrics:Write',
  'metrics:Read',
  'metrics:Manage',
  'traces:Write',
  'traces:Read',
  'alarms:Read',
  'alarms:Manage',
  'notify:Read',
  'notify:Respond',
  'notify:Manage',
  'issues:Read',
  'issues:Respond',
  'issues:Manage',
  'releases:Read',
  'releases:Write',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Who acts, as found out by authentication. Carried from the edge to the verb. */
export interface Actor {
  readonly type: 'person' | 'key' | 'system';
  /** Person id, key id, or the name of the part of Holdfast that acts. */
  readonly id: string;
  /** E-mail address, key name, or the same name. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** For keys: what the key may do at most; undefined is "what its roles allow". */
  readonly scopes?: readonly Action[];
  /** Patterns (`*` wildcard) of the log groups it may read; roles security and admin read all. */
  readonly readableLogGroups: readonly string[];
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly sessionId?: string;
}

export interface ObjectRef {
  /** `log-group`, `person`, `key`, `promise`, … */
  readonly type: string;
  /** Its name or id; `*` for all of them. */
  readonly name: string;
}

/** authorize: returns when allowed; throws `access.forbidden` and leaves an audit record when not. */
export type Authorize = (actor: Actor, action: Action, object: ObjectRef) => Promise<void>;
