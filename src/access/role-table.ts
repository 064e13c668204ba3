import { ACTIONS, type Action, type Actor, type ObjectRef, ROLES, type Role } from './types.ts';

interface RoleRule {
  readonly actions: readonly Action[];
  /** True when it reads every log group; otherwise only those granted. */
  readonly readsAllLogGroups: boolean;
}

const VIEWER: readonly Action[] = [
  'trust:Read',
  'logs:Describe',
  'logs:Read',
  'metrics:Read',
  'traces:Read',
  'alarms:Read',
  'backup:Read',
  'issues:Read',
  'releases:Read',
];
const RESPONDER: readonly Action[] = [
  ...VIEWER,
  'system:Read',
  'redaction:Read',
  'vault:Read',
  'workbooks:Read',
  'workbooks:Write',
  'backup:Run',
  'notify:Read',
  // Acknowledge and silence; who may answer at night is not who may rewire the channels.
  'notify:Respond',
  // Resolve, ignore, assign, comment, merge; projects, their keys and their rules are for administrators.
  'issues:Respond',
  'releases:Write',
];

/** What each role allows; docs/access.md shows the same table, and a test compares them. */
export const ROLE_TABLE: Readonly<Record<Role, RoleRule>> = {
  viewer: { actions: VIEWER, readsAllLogGroups: false },
  responder: { actions: RESPONDER, readsAllLogGroups: false },
  security: {
    actions: ['logs:Describe', ...ACTIONS.filter((action) => action.endsWith(':Read'))],
    readsAllLogGroups: true,
  },
  admin: { actions: ACTIONS, readsAllLogGroups: true },
  // Agents ask for the names of groups and streams before they write; they never read what is in them.
  // A build uploads its releases and source maps with such a key.
  sender: {
    actions: ['logs:Write', 'logs:Describe', 'metrics:Write', 'traces:Write', 'releases:Read', 'releases:Write'],
    readsAllLogGroups: false,
  },
};

export const isRole = (value: string): value is Role => (ROLES as readonly string[]).includes(value);
export const isAction = (value: string): value is Action => (ACTIONS as readonly string[]).includes(value);

/** The actions that roles allow and scopes leave. */
export function effectiveActions(holder: {
  readonly roles: readonly Role[];
  readonly scopes?: readonly Action[] | undefined;
}): ReadonlySet<Action> {
  const allowed = holder.roles.flatMap((role) => ROLE_TABLE[role].actions);
  const { scopes } = holder;
  return new Set(scopes === undefined ? allowed : allowed.filter((action) => scopes.includes(action)));
}

/**
 * The decision, free of effects. Names and content of log groups are bound to grants for roles that do not read
 * all of them; describing `*` is allowed, because the verb then answers only what {@link canReadGroup} lets through.
 */
export function isAllowed(actor: Actor, action: Action, object: ObjectRef): boolean {
  if (!effectiveActions(actor).has(action)) return false;
  if (object.type !== 'log-group') return true;
  if (action === 'logs:Read') return canReadGroup(actor, object.name);
  if (action === 'logs:Describe') return object.name === '*' || canDescribeGroup(actor, object.name);
  return true;
}

/** True when the actor may read what is in this group. */
export const canReadGroup = (actor: Actor, logGroup: string): boolean =>
  effectiveActions(actor).has('logs:Read') && reaches(actor, logGroup, 'logs:Read');

/** A sender may describe any group: it may also write to any, and names are all that it learns. */
const canDescribeGroup = (actor: Actor, logGroup: string): boolean =>
  effectiveActions(actor).has('logs:Write') || reaches(actor, logGroup, 'logs:Describe');

const reaches = (actor: Actor, logGroup: string, action: Action): boolean =>
  actor.roles.some((role) => ROLE_TABLE[role].readsAllLogGroups && ROLE_TABLE[role].actions.includes(action)) ||
  actor.readableLogGroups.some((pattern) => matchesPattern(pattern, logGroup));

/** `*` stands for any characters, none included; everything else for itself. Linear in the length of both. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let position = first.length;
  const end = name.length - last.length;
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}
