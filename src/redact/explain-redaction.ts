import { createRedactor, partsOf } from './create-redactor.ts';
import { UNSCANNED } from './mask.ts';
import type { RedactionRule, Redactor } from './types.ts';

export interface ExplainedMask {
  readonly rule: string;
  readonly description: string;
  /** Into the original text, in UTF-16 code units. */
  readonly offset: number;
  readonly length: number;
}

export interface RedactionExplanation {
  readonly redacted: string;
  readonly masks: readonly ExplainedMask[];
}

/** What {@link Redactor.text} does to a text, and which rule did it where. Holds no secret text itself. */
export function explainRedaction(subject: Redactor | readonly RedactionRule[], text: string): RedactionExplanation {
  const redactor = isRuleList(subject) ? createRedactor({ rules: subject }) : subject;
  const parts = partsOf(redactor);
  if (parts === undefined) return { redacted: redactor.text(text), masks: [] };
  const masked = parts.masker.mask(text);
  if (masked.type === 'clean') return { redacted: text, masks: [] };
  const descriptions = new Map(parts.rules.map((rule) => [rule.id, rule.description]));
  descriptions.set(UNSCANNED, 'the text could not be searched within the limits, so all of it is masked');
  return {
    redacted: masked.text,
    masks: masked.masks.map((mask) => ({ ...mask, description: descriptions.get(mask.rule) ?? mask.rule })),
  };
}

const isRuleList = (subject: Redactor | readonly RedactionRule[]): subject is readonly RedactionRule[] =>
  Array.isArray(subject);
