import type { RuleInput } from './types.ts';

export const DEFAULT_RULE_ID = 'default';

/**
 * What holds for a project until somebody says otherwise: errors that are new, come back, or come much more often than
 * before. Messages below `error` are for lists, not for telephones.
 */
export const DEFAULT_RULE: RuleInput = {
  name: 'Errors that are new, come back or escalate',
  isEnabled: true,
  triggers: [{ type: 'new' }, { type: 'regressed' }, { type: 'escalating' }],
  filters: { levels: ['fatal', 'error'] },
};
