import { Failure } from '../base/index.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import { REDACT_FAILURES } from './failures.ts';
import { createSecretFinder } from './find-secrets.ts';
import { findMasks, maskOf, NAMED_FIELD, UNSCANNED } from './mask.ts';
import { createTextMasker, type MaskedText, maskWhole, type TextMasker } from './mask-text.ts';
import { isOpaque } from './opaque-text.ts';
import { isPlaceholder } from './placeholder.ts';
import { redactValue } from './redact-value.ts';
import { REDACTION_RULES } from './rules/index.ts';
import { createNameJudge } from './telling-name.ts';
import type { RedactionReport, RedactionRule, Redactor } from './types.ts';

/** The parts behind a redactor, for explaining what it does. */
export interface RedactorParts {
  readonly masker: TextMasker;
  readonly rules: readonly RedactionRule[];
}

const PARTS = new WeakMap<Redactor, RedactorParts>();

export const partsOf = (redactor: Redactor): RedactorParts | undefined => PARTS.get(redactor);

/** Builds a redactor; about 50 ms for the rules that ship. Throws `redact.rule-invalid` for a rule it cannot use. */
export function createRedactor(options: { readonly rules?: readonly RedactionRule[] } = {}): Redactor {
  const rules = options.rules ?? REDACTION_RULES;
  const judge = createNameJudge();
  const vetted: ReadonlySet<RedactionRule> = new Set(REDACTION_RULES);
  const knownIds = gatherIds(rules);
  const compiled: CompiledRule[] = rules.map((rule) => compileRule(rule, vetted.has(rule), judge));
  const masker = createTextMasker(createSecretFinder(compiled, judge), compiled, knownIds);

  const text = (subject: string, report?: RedactionReport): string => {
    const masked = maskSafely(masker, subject);
    if (masked.type === 'clean') return subject;
    if (report !== undefined) count(report, masked);
    return masked.text;
  };
  const maskNamed = (value: string, report?: RedactionReport): string => {
    if (value === '' || isOneMask(value, knownIds)) return value;
    return maskAs(NAMED_FIELD, value.length, report);
  };
  const maskUnscanned = (length: number, report?: RedactionReport): string => {
    if (report !== undefined) report.failedClosed += 1;
    return maskAs(UNSCANNED, length, report);
  };
  const field = (name: string, value: string, report?: RedactionReport): string => {
    switch (judge(name)) {
      case 'secret':
      case 'key':
        return maskNamed(value, report);
      case 'vague':
        if (isOpaque(value, VAGUE_LENGTH_MIN) && !isPlaceholder(value)) return maskNamed(value, report);
        return text(value, report);
      default:
        return text(value, report);
    }
  };
  const redactor: Redactor = {
    text,
    field,
    value(subject, report) {
      try {
        return redactValue(subject, { text, field, judge, maskNamed, maskUnscanned }, report);
      } catch {
        // A getter or a proxy threw: what it would have given is unknown, so nothing of it may pass.
        return maskUnscanned(0, report);
      }
    },
  };
  PARTS.set(redactor, { masker, rules });
  return redactor;
}

const VAGUE_LENGTH_MIN = 14;

function gatherIds(rules: readonly RedactionRule[]): ReadonlySet<string> {
  const ids = new Set([NAMED_FIELD, UNSCANNED]);
  for (const rule of rules) {
    if (ids.has(rule.id)) throw new Failure(REDACT_FAILURES.ruleInvalid, { rule: rule.id, reason: 'its id is taken' });
    ids.add(rule.id);
  }
  return ids;
}

function maskSafely(masker: TextMasker, text: string): MaskedText {
  try {
    return masker.mask(text);
  } catch {
    return maskWhole(text);
  }
}

function isOneMask(value: string, knownIds: ReadonlySet<string>): boolean {
  const [span] = findMasks(value, knownIds);
  return span !== undefined && span.start === 0 && span.end === value.length;
}

function maskAs(rule: string, length: number, report: RedactionReport | undefined): string {
  if (report !== undefined) countOne(report, rule, length);
  return maskOf(rule, length);
}

function count(report: RedactionReport, masked: MaskedText & { type: 'masked' }): void {
  if (masked.failed) report.failedClosed += 1;
  for (const mask of masked.masks) countOne(report, mask.rule, mask.length);
}

function countOne(report: RedactionReport, rule: string, length: number): void {
  report.masksByRule.set(rule, (report.masksByRule.get(rule) ?? 0) + 1);
  report.maskedLength += length;
}
