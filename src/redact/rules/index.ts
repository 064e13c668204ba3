import type { RedactionRule } from '../types.ts';
import { AI_AND_DATA_RULES } from './ai-and-data.ts';
import { CLOUD_RULES } from './cloud.ts';
import { CODE_HOSTING_RULES } from './code-hosting.ts';
import { CONNECTION_AND_COMMAND_RULES } from './connections-and-commands.ts';
import { HEADER_AND_URL_RULES } from './headers-and-urls.ts';
import { MESSAGING_RULES } from './messaging.ts';
import { NAMED_VALUE_RULES } from './named-values.ts';
import { OBSERVABILITY_RULES } from './observability.ts';
import { PAYMENT_RULES } from './payments.ts';
import { PRIVATE_KEY_RULES } from './private-keys.ts';

const byAnchor = (rules: readonly RedactionRule[], isNamed: boolean): readonly RedactionRule[] =>
  rules.filter((rule) => (rule.anchor === 'name') === isNamed);

const SERVICES = [
  ...PRIVATE_KEY_RULES,
  ...OBSERVABILITY_RULES,
  ...CLOUD_RULES,
  ...CODE_HOSTING_RULES,
  ...MESSAGING_RULES,
  ...PAYMENT_RULES,
  ...AI_AND_DATA_RULES,
];

/**
 * All rules that ship, the most specific first: where several find the same text, the first names the mask. A token's
 * own form says more than the service named before it, and that says more than a header or a name like `password`.
 */
export const REDACTION_RULES: readonly RedactionRule[] = Object.freeze([
  ...byAnchor(SERVICES, false),
  ...byAnchor(SERVICES, true),
  ...CONNECTION_AND_COMMAND_RULES,
  ...HEADER_AND_URL_RULES,
  ...NAMED_VALUE_RULES,
]);
