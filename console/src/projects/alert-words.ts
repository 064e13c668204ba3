import type { AlertRuleInput, AlertTrigger } from '../api/issue-types.ts';
import { formatCount, formatDuration } from '../base/format.ts';

export const TRIGGER_TYPES = [
  'new',
  'regressed',
  'escalating',
  'frequency',
  'users',
] as const satisfies readonly AlertTrigger['type'][];

export const TRIGGER_LABELS: Readonly<Record<AlertTrigger['type'], string>> = {
  new: 'A new issue',
  regressed: 'A resolved issue comes back',
  escalating: 'An issue escalates',
  frequency: 'An issue happens often',
  users: 'An issue affects many users',
};

export function triggerInWords(trigger: AlertTrigger): string {
  if (trigger.type === 'frequency')
    return `an issue has ${formatCount(trigger.events)} or more events in ${formatDuration(trigger.windowMs)}`;
  if (trigger.type === 'users')
    return `an issue affects ${formatCount(trigger.users)} or more users in ${formatDuration(trigger.windowMs)}`;
  if (trigger.type === 'new') return 'an issue is new';
  return trigger.type === 'regressed' ? 'a resolved issue comes back' : 'an issue escalates';
}

const OPERATORS: Readonly<Record<string, string>> = {
  '=': 'is',
  '!=': 'is not',
  exists: 'is there',
  absent: 'is not there',
};

const listed = (name: string, values: readonly string[] | undefined): readonly string[] =>
  values === undefined || values.length === 0 ? [] : [`${name} ${values.join(' or ')}`];

/** The conditions in words; empty when every issue counts. */
export function filtersInWords({ levels, environments, priorities, tags }: AlertRuleInput['filters']): string {
  return [
    ...listed('level', levels),
    ...listed('environment', environments),
    ...listed('priority', priorities),
    ...(tags ?? []).map(({ key, operator, value }) =>
      `${key} ${OPERATORS[operator] ?? operator} ${value ?? ''}`.trim(),
    ),
  ].join(', ');
}
