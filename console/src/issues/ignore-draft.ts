import type { IgnoreCondition } from '../api/issue-types.ts';
import { parseLength } from '../base/time-range.ts';

/** The condition while it is typed: all as text. */
export interface IgnoreDraft {
  readonly until: string;
  readonly count: string;
  readonly countWindow: string;
  readonly users: string;
  readonly usersWindow: string;
}
export const EMPTY_IGNORE: IgnoreDraft = { until: '', count: '', countWindow: '', users: '', usersWindow: '' };

const wholeNumber = (text: string): number | undefined =>
  /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : undefined;

/** The condition that was typed, and what of it cannot be read. */
export function readCondition(
  draft: IgnoreDraft,
  readTime: (text: string) => number | undefined,
  nowMs: number,
): { readonly condition: IgnoreCondition; readonly wrong: Partial<Record<keyof IgnoreDraft, string>> } {
  const wrong: Partial<Record<keyof IgnoreDraft, string>> = {};
  const condition: { -readonly [K in keyof IgnoreCondition]: IgnoreCondition[K] } = {};
  const take = (field: keyof IgnoreDraft, put: (text: string) => boolean, problem: string): void => {
    const text = draft[field].trim();
    if (text !== '' && !put(text)) wrong[field] = problem;
  };
  take(
    'until',
    (text) => {
      const length = parseLength(text);
      const untilMs = length === undefined ? readTime(text) : nowMs + length;
      if (untilMs === undefined || untilMs <= nowMs) return false;
      condition.untilMs = untilMs;
      return true;
    },
    'Write a time to come such as 2026-11-30 09:00, or a length such as 3d.',
  );
  for (const [field, windowField, windowKey] of [
    ['count', 'countWindow', 'countWindowMs'],
    ['users', 'usersWindow', 'usersWindowMs'],
  ] as const) {
    take(
      field,
      (text) => {
        const number = wholeNumber(text);
        if (number !== undefined) condition[field] = number;
        return number !== undefined;
      },
      'Write a whole number above zero.',
    );
    take(
      windowField,
      (text) => {
        const length = parseLength(text);
        if (length !== undefined) condition[windowKey] = length;
        return length !== undefined;
      },
      'Write a length such as 1h or 7d.',
    );
  }
  return { condition, wrong };
}
