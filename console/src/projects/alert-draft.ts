import type { AlertFilters, AlertRuleInput, AlertTrigger, EventLevel, IssuePriority } from '../api/issue-types.ts';
import { parseLength } from '../base/time-range.ts';
import { TRIGGER_TYPES } from './alert-words.ts';

export const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'] as const satisfies readonly EventLevel[];

/** A rule while it is filled in: all as text. */
export interface AlertDraft {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly triggers: readonly AlertTrigger['type'][];
  readonly events: string;
  readonly eventsWindow: string;
  readonly users: string;
  readonly usersWindow: string;
  readonly levels: readonly EventLevel[];
  readonly priorities: readonly IssuePriority[];
  readonly environments: string;
  readonly tags: string;
  readonly severity: string;
}

const HOUR_MS = 3_600_000;
const lengthText = (ms: number): string => (ms % HOUR_MS === 0 ? `${ms / HOUR_MS}h` : `${Math.round(ms / 60_000)}m`);

type TagFilter = NonNullable<AlertFilters['tags']>[number];

const tagText = ({ key, operator, value = '' }: TagFilter): string =>
  operator === 'exists' ? key : operator === 'absent' ? `!${key}` : `${key}${operator}${value}`;

export const EMPTY_DRAFT: AlertDraft = {
  ...{ name: '', isEnabled: true, triggers: ['new', 'regressed', 'escalating'], levels: [], priorities: [] },
  ...{ events: '100', eventsWindow: '1h', users: '10', usersWindow: '1h', environments: '', tags: '', severity: '' },
};

export function draftOf(rule: AlertRuleInput): AlertDraft {
  const frequency = rule.triggers.find((trigger) => trigger.type === 'frequency');
  const users = rule.triggers.find((trigger) => trigger.type === 'users');
  return {
    ...EMPTY_DRAFT,
    name: rule.name,
    isEnabled: rule.isEnabled,
    triggers: rule.triggers.map(({ type }) => type),
    ...(frequency === undefined
      ? {}
      : { events: String(frequency.events), eventsWindow: lengthText(frequency.windowMs) }),
    ...(users === undefined ? {} : { users: String(users.users), usersWindow: lengthText(users.windowMs) }),
    levels: rule.filters.levels ?? [],
    priorities: rule.filters.priorities ?? [],
    environments: (rule.filters.environments ?? []).join(' '),
    tags: (rule.filters.tags ?? []).map(tagText).join('\n'),
    severity: rule.severity ?? '',
  };
}

/** `browser.name=Safari*`, `!key=x`, `key` (is there), `!key` (is not). */
export function readTag(line: string): TagFilter | undefined {
  const match = /^(!?)([\w.:-]+)\s*(?:(!?=)\s*(.*))?$/.exec(line.trim());
  if (match === null) return undefined;
  const [, not = '', key = '', operator, value = ''] = match;
  if (operator === undefined) return { key, operator: not === '' ? 'exists' : 'absent' };
  return { key, operator: not !== '' || operator === '!=' ? '!=' : '=', value };
}

function readTrigger(type: AlertTrigger['type'], draft: AlertDraft): AlertTrigger | string {
  if (type !== 'frequency' && type !== 'users') return { type };
  const count = Number(type === 'frequency' ? draft.events : draft.users);
  const windowMs = parseLength(type === 'frequency' ? draft.eventsWindow : draft.usersWindow);
  if (!Number.isInteger(count) || count < 1)
    return `The number of ${type === 'frequency' ? 'events' : 'users'} is a whole number above zero.`;
  if (windowMs === undefined || windowMs < 60_000)
    return 'The time is a length of at least a minute, such as 5m or 1h.';
  return type === 'frequency' ? { type, events: count, windowMs } : { type, users: count, windowMs };
}

const splitWords = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** The rule that was filled in, or what is wrong in words. */
export function readDraft(draft: AlertDraft): AlertRuleInput | string {
  if (draft.name.trim() === '') return 'A rule needs a name.';
  const triggers: AlertTrigger[] = [];
  for (const type of TRIGGER_TYPES.filter((one) => draft.triggers.includes(one))) {
    const read = readTrigger(type, draft);
    if (typeof read === 'string') return read;
    triggers.push(read);
  }
  if (triggers.length === 0) return 'Choose at least one thing that sets it off.';
  const tags: TagFilter[] = [];
  for (const line of draft.tags.split('\n').filter((one) => one.trim() !== '')) {
    const tag = readTag(line);
    if (tag === undefined) return `“${line.trim()}” is no condition of the form tag=value.`;
    tags.push(tag);
  }
  const environments = splitWords(draft.environments);
  const filters: AlertFilters = {
    ...(draft.levels.length === 0 ? {} : { levels: [...draft.levels] }),
    ...(draft.priorities.length === 0 ? {} : { priorities: [...draft.priorities] }),
    ...(environments.length === 0 ? {} : { environments }),
    ...(tags.length === 0 ? {} : { tags }),
  };
  return {
    ...{ name: draft.name.trim(), isEnabled: draft.isEnabled, triggers, filters },
    ...(draft.severity === '' ? {} : { severity: draft.severity as NonNullable<AlertRuleInput['severity']> }),
  };
}
