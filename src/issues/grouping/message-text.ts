import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { MESSAGE_PATTERNS, type MessagePattern } from './message-patterns.ts';

/** The text with its values replaced by `<name>`. Longer texts than the limit stay as they are. */
export function parameterize(text: string): string {
  if (text.length > ISSUES_GROUPING_LIMITS.parameterizedCharsMax) return text;
  const hasDigit = /\d/.test(text);
  let result = text;
  for (const each of MESSAGE_PATTERNS) {
    if (each.needs === 'digit' ? hasDigit : each.needs === undefined || result.includes(each.needs)) {
      result = replaceWith(result, each);
    }
  }
  return result;
}

function replaceWith(text: string, { name, pattern, accepts }: MessagePattern): string {
  const placeholder = `<${name}>`;
  if (accepts === undefined) return text.replace(pattern, placeholder);
  return text.replace(pattern, (found) => (accepts(found) ? placeholder : found));
}

/** The first two lines that say something, with `...` where more was: what follows is often a dump. */
export function firstLines(text: string): string {
  let kept = '';
  let count = 0;
  let at = 0;
  while (at < text.length && count < 2) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, '');
    at = end < 0 ? text.length : end + 1;
    if (line.trim() === '') continue;
    kept += count === 0 ? line : `\n${line}`;
    count++;
  }
  return text.slice(at).trim() === '' ? kept : `${kept}...`;
}

export const normalizeMessage = (text: string): string => parameterize(firstLines(text).trim());

/**
 * True for a template that says what the message is about. `%s` and `{}: {}` fit every message, so events are grouped
 * by what was filled in.
 */
export const isTellingTemplate = (template: string): boolean =>
  /\p{L}{2}/u.test(template.replace(/%(?:\([^)]{0,100}\))?[-+ #0-9.]{0,10}[a-zA-Z]|\{[^{}]{0,100}\}|\$\d+/g, ''));
