import type { IgnoreCondition } from '../api/issue-types.ts';
import { formatCount, formatDuration } from '../base/format.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What most people mean by "not now"; everything else is said in the dialog. */
export const IGNORE_CHOICES = [
  { label: 'Until it escalates', of: (): IgnoreCondition => ({ untilEscalating: true }) },
  { label: 'For an hour', of: (nowMs: number): IgnoreCondition => ({ untilMs: nowMs + HOUR }) },
  { label: 'For a day', of: (nowMs: number): IgnoreCondition => ({ untilMs: nowMs + DAY }) },
  { label: 'For a week', of: (nowMs: number): IgnoreCondition => ({ untilMs: nowMs + 7 * DAY }) },
  { label: 'Until 100 more events', of: (): IgnoreCondition => ({ count: 100 }) },
  { label: 'Until 10 more users', of: (): IgnoreCondition => ({ users: 10 }) },
  { label: 'For ever', of: (): IgnoreCondition => ({}) },
] as const;

const within = (windowMs: number | undefined): string =>
  windowMs === undefined ? '' : ` within ${formatDuration(windowMs)}`;

/** A condition in words; several are joined by "or", because the first that comes true ends it. */
export function ignoreInWords(condition: IgnoreCondition, timeText: (ms: number) => string): string {
  const parts = [
    condition.untilEscalating === true && 'until it escalates',
    condition.untilMs !== undefined && `until ${timeText(condition.untilMs)}`,
    condition.count !== undefined &&
      `until it happens ${formatCount(condition.count)} more times${within(condition.countWindowMs)}`,
    condition.users !== undefined &&
      `until ${formatCount(condition.users)} more users are affected${within(condition.usersWindowMs)}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'for ever' : parts.join(' or ');
}
