import { Failure, storableText } from '../../base/index.ts';
import { ALERT_SEVERITIES } from '../../notify/index.ts';
import { ISSUE_ALERTS_FAILURES } from './failures.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import type { RuleFilters, RuleInput, RuleTrigger, TagFilter } from './types.ts';

const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'] as const;
const PRIORITIES = ['high', 'medium', 'low'] as const;
const OPERATORS = ['=', '!=', 'exists', 'absent'] as const;

const refuse = (field: string, value: unknown, expected: string): Failure => {
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length <= 100 ? text : `${text.slice(0, 99)}…`;
  return new Failure(ISSUE_ALERTS_FAILURES.ruleInvalid, { field, value: shown, expected });
};

/** The rule as it is stored; throws `issue-alerts.rule-invalid`. */
export function acceptedRule(input: RuleInput): RuleInput {
  if (input.triggers.length < 1 || input.triggers.length > LIMITS.triggersMax) {
    throw refuse('number of triggers', input.triggers.length, `1 to ${LIMITS.triggersMax}`);
  }
  if (input.severity !== undefined && !ALERT_SEVERITIES.includes(input.severity)) {
    throw refuse('severity', input.severity, `one of ${ALERT_SEVERITIES.join(', ')}`);
  }
  return {
    name: acceptedText('name', input.name, 1),
    isEnabled: input.isEnabled === true,
    triggers: input.triggers.map(acceptedTrigger),
    filters: acceptedFilters(input.filters),
    ...(input.severity === undefined ? {} : { severity: input.severity }),
  };
}

function acceptedTrigger(trigger: RuleTrigger): RuleTrigger {
  switch (trigger.type) {
    case 'new':
    case 'regressed':
    case 'escalating':
      return { type: trigger.type };
    case 'frequency': {
      const events = acceptedWhole('events', trigger.events, 1, LIMITS.thresholdMax);
      return { type: trigger.type, events, windowMs: acceptedWindow(trigger.windowMs) };
    }
    case 'users': {
      const users = acceptedWhole('users', trigger.users, 1, LIMITS.thresholdMax);
      return { type: trigger.type, users, windowMs: acceptedWindow(trigger.windowMs) };
    }
    default:
      throw refuse('trigger', trigger, 'one of new, regressed, escalating, frequency, users');
  }
}

const acceptedWindow = (windowMs: number): number =>
  acceptedWhole('window', windowMs, LIMITS.windowMsMin, LIMITS.windowMsMax);

function acceptedFilters({ levels, environments, priorities, tags }: RuleFilters): RuleFilters {
  return {
    ...(levels === undefined ? {} : { levels: acceptedChoices('levels', levels, LEVELS) }),
    ...(priorities === undefined ? {} : { priorities: acceptedChoices('priorities', priorities, PRIORITIES) }),
    ...(environments === undefined
      ? {}
      : {
          environments: acceptedList('environments', environments, LIMITS.environmentsMax).map((name) =>
            acceptedText('environment', name, 1),
          ),
        }),
    ...(tags === undefined
      ? {}
      : {
          tags: tags.length === 0 ? [] : acceptedList('tags', tags, LIMITS.tagFiltersMax).map(acceptedTag),
        }),
  };
}

/** An empty list would hold for nothing: nobody means a rule that never tells. */
function acceptedList<T>(field: string, list: readonly T[], max: number): readonly T[] {
  if (list.length < 1 || list.length > max) throw refuse(`number of ${field}`, list.length, `1 to ${max}`);
  return list;
}

function acceptedChoices<const T extends string>(
  field: string,
  list: readonly T[],
  choices: readonly T[],
): readonly T[] {
  const wrong = acceptedList(field, list, choices.length).find((value) => !choices.includes(value));
  if (wrong !== undefined) throw refuse(field, wrong, `one of ${choices.join(', ')}`);
  return list;
}

function acceptedTag({ key, operator, value }: TagFilter): TagFilter {
  if (!OPERATORS.includes(operator)) throw refuse('operator', operator, `one of ${OPERATORS.join(', ')}`);
  const accepted = { key: acceptedText('tag', key, 1), operator };
  if (operator === 'exists' || operator === 'absent') return accepted;
  return { ...accepted, value: acceptedText('value', value ?? '', 0) };
}

function acceptedText(field: string, value: string, min: number): string {
  const text = typeof value === 'string' ? storableText(value) : '';
  if (text.trim().length >= min && text.length <= LIMITS.textCharsMax) return text;
  throw refuse(field, value, `text of ${min} to ${LIMITS.textCharsMax} characters`);
}

function acceptedWhole(field: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw refuse(field, value, `a whole number from ${min} to ${max}`);
}
