import type { Matcher } from '../api/types.ts';

export type ReadMatchers =
  | { readonly type: 'read'; readonly matchers: readonly Matcher[] }
  | { readonly type: 'wrong'; readonly line: string };

/** Reads one matcher a line: `service=api`, `host=~web-.*`. The server judges expressions. */
export function readMatchers(text: string): ReadMatchers {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const matchers: Matcher[] = [];
  for (const line of lines) {
    const [, label, operator, value] = /^([^=!~\s]+)\s*(=~|!~|!=|=)\s*(.*)$/u.exec(line) ?? [];
    if (label === undefined || operator === undefined || value === undefined) return { type: 'wrong', line };
    matchers.push({ label, operator: operator as Matcher['operator'], value: /^"(.*)"$/.exec(value)?.[1] ?? value });
  }
  return { type: 'read', matchers };
}

export const matcherText = ({ label, operator, value }: Matcher): string => `${label}${operator}${value}`;
