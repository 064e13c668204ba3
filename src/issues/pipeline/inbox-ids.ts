import type { Clock } from '../../base/index.ts';

/** Ids that only grow: 13 digits of milliseconds and 7 that count on, also while the clock stands still or goes back. */
export interface InboxIds {
  readonly next: () => string;
}

const COUNT_MAX = 9_999_999;

export function createInboxIds(clock: Pick<Clock, 'nowMs'>, last: string): InboxIds {
  let ms = inboxMs(last);
  let count = COUNT_MAX;
  return {
    next: () => {
      const now = Math.trunc(clock.nowMs());
      if (now > ms) {
        ms = now;
        count = 0;
      } else if (count >= COUNT_MAX) {
        ms += 1;
        count = 0;
      } else count += 1;
      return `${String(ms).padStart(13, '0')}${String(count).padStart(7, '0')}`;
    },
  };
}

/** When it was taken, by the id; 0 for the empty id. */
export const inboxMs = (inboxId: string): number => Number(inboxId.slice(0, 13)) || 0;
