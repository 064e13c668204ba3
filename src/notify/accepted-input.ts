import { RE2JS } from 're2js';
import { Failure, storableText } from '../base/index.ts';
import { NOTIFY_FAILURES } from './failures.ts';
import { NOTIFY_LIMITS } from './limits.ts';
import type { Matcher } from './types.ts';

export const refuseInput = (field: string, reason: string): Failure =>
  new Failure(NOTIFY_FAILURES.inputInvalid, { field, reason });

/** Names of channels and routes stand in addresses, commands and messages. Throws `notify.input-invalid`. */
export function acceptedName(field: string, name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= NOTIFY_LIMITS.nameCharsMax) return name;
  const max = NOTIFY_LIMITS.nameCharsMax;
  throw refuseInput(field, `a name has 1 to ${max} letters, digits, full stops, hyphens and underscores`);
}

export function acceptedText(field: string, text: string, given: { min: number; max: number }): string {
  const { min, max } = given;
  if (text.trim().length < min) throw refuseInput(field, 'it is empty');
  if (text.length > max) throw refuseInput(field, `it has ${text.length} characters, and ${max} are the most`);
  if (storableText(text) !== text || /[^\P{Cc}\n\r\t]/u.test(text))
    throw refuseInput(field, 'it holds control characters');
  return text;
}

export function acceptedWhole(field: string, value: number, given: { min: number; max: number }): number {
  if (Number.isSafeInteger(value) && value >= given.min && value <= given.max) return value;
  throw refuseInput(field, `${value} is no whole number from ${given.min} to ${given.max}`);
}

/** Throws `notify.input-invalid` for too many matchers, unknown operators and broken expressions. */
export function acceptedMatchers(field: string, matchers: readonly Matcher[], min: number): readonly Matcher[] {
  const max = NOTIFY_LIMITS.matchersMax;
  if (matchers.length < min) throw refuseInput(field, 'it needs at least one matcher');
  if (matchers.length > max) throw refuseInput(field, `there are ${matchers.length} matchers, and ${max} are the most`);
  return matchers.map(({ label, operator, value }) => {
    acceptedText(`${field}: the label`, label, { min: 1, max: NOTIFY_LIMITS.labelNameCharsMax });
    acceptedText(`${field}: the value`, value, { min: 0, max: NOTIFY_LIMITS.patternCharsMax });
    if (operator === '=~' || operator === '!~') checkPattern(field, value);
    return { label, operator, value };
  });
}

function checkPattern(field: string, value: string): void {
  try {
    RE2JS.compile(value, RE2JS.DOTALL);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refuseInput(field, `${JSON.stringify(value)} is no expression: ${reason}`);
  }
}

/** Reads `severity=critical`, `service=~"api.*"`, `env!=test`, `team!~x`. */
export function parseMatcher(text: string): Matcher {
  const [, label, operator, value] = /^\s*([^=!~\s]+)\s*(=~|!~|!=|=)\s*(.*?)\s*$/su.exec(text) ?? [];
  if (label === undefined || operator === undefined || value === undefined) {
    throw refuseInput('the matcher', `${JSON.stringify(text)} is not of the form label=value, with = != =~ or !~`);
  }
  const plain = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  return { label, operator: operator as Matcher['operator'], value: plain };
}
