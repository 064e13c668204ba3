import { DAY_MS } from '../base/index.ts';
import type { LogGroup } from './types.ts';

/** Stored times lie between 1970, before which the sink takes nothing, and the end of 64 bits of nanoseconds. */
export const TIME_MS_MIN = 0;
export const TIME_MS_MAX = Date.UTC(2262, 0, 1);

/** Rows before this time have passed the group's present retention: they are not shown, dropped or not. */
export const oldestVisibleMs = (group: LogGroup, nowMs: number): number =>
  group.retentionDays === 0 ? Number.NEGATIVE_INFINITY : Math.ceil(nowMs - group.retentionDays * DAY_MS);
