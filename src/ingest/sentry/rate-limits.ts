import type { Clock } from '../../base/index.ts';
import type { DataCategory, Project } from '../../issues/index.ts';
import { SENTRY_LIMITS } from './limits.ts';

/** What a sender is told to keep to itself. */
export interface AnnouncedLimit {
  readonly category: DataCategory;
  readonly retryAfterSeconds: number;
  readonly reason: string;
}

/** Counts what projects send by category and minute, in memory: a restart gives everybody a new minute. */
export interface RateLimits {
  /** Takes the quantity, or says for how long there is no more room; then nothing was taken. */
  readonly take: (project: Project, category: DataCategory, quantity: number) => AnnouncedLimit | undefined;
}

const { errorsPerMinute, itemsPerMinute, uploadsPerMinute } = SENTRY_LIMITS;

/** Of a project whose settings say nothing of a category. */
export const DEFAULT_LIMITS_PER_MINUTE: Readonly<Record<DataCategory, number>> = {
  error: errorsPerMinute,
  default: errorsPerMinute,
  transaction: errorsPerMinute,
  span: itemsPerMinute,
  log_item: itemsPerMinute,
  trace_metric: itemsPerMinute,
  session: itemsPerMinute,
  monitor: uploadsPerMinute,
  attachment: uploadsPerMinute,
  profile: uploadsPerMinute,
  replay: uploadsPerMinute,
  feedback: uploadsPerMinute,
  security: uploadsPerMinute,
  // What an SDK says of itself is small, and it is how people learn that something is missing.
  internal: itemsPerMinute,
};

/**
 * A window is a minute from its first item. The request that reaches the limit is taken whole, because a container may
 * hold more than a minute's worth and would else never be taken.
 */
export function createRateLimits(clock: Clock): RateLimits {
  const windows = new Map<string, { startMs: number; taken: number }>();
  return {
    take: (project, category, quantity) => {
      const limit = project.settings.limitsPerMinute[category] ?? DEFAULT_LIMITS_PER_MINUTE[category];
      const nowMs = clock.monotonicMs();
      const key = `${project.id} ${category}`;
      const known = windows.get(key);
      const window = known ?? { startMs: nowMs, taken: 0 };
      if (known === undefined) windows.set(key, window);
      if (nowMs - window.startMs >= SENTRY_LIMITS.limitWindowMs) {
        window.startMs = nowMs;
        window.taken = 0;
      }
      if (window.taken >= limit) {
        const leftMs = window.startMs + SENTRY_LIMITS.limitWindowMs - nowMs;
        return { category, retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1_000)), reason: 'quota' };
      }
      window.taken += quantity;
      return undefined;
    },
  };
}

/** How SDKs call what is one category here. */
const SENT_AS: Readonly<Partial<Record<DataCategory, string>>> = {
  profile: 'profile;profile_chunk',
  transaction: 'transaction;transaction_indexed',
  span: 'span;span_indexed',
};

/** `retry_after:categories:scope:reason`, one for each; never without a category, which would mean all of them. */
export const rateLimitsHeader = (limits: readonly AnnouncedLimit[]): string =>
  longestByCategory(limits)
    .map(
      ({ category, retryAfterSeconds, reason }) =>
        `${retryAfterSeconds}:${SENT_AS[category] ?? category}:project:${reason}`,
    )
    .join(', ');

/** One limit for each category, the longest. */
export function longestByCategory(limits: readonly AnnouncedLimit[]): readonly AnnouncedLimit[] {
  const longest = new Map<DataCategory, AnnouncedLimit>();
  for (const limit of limits) {
    const known = longest.get(limit.category);
    if (known === undefined || known.retryAfterSeconds < limit.retryAfterSeconds) longest.set(limit.category, limit);
  }
  return [...longest.values()];
}
