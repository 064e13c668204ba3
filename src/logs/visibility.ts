import { DAY_MS } from '../base/index.ts';
import type { LogGroup } from './types.ts';

/** Rows before this time have passed the group's present retention: they are not shown, dropped or not. */
export const oldestVisibleMs = (group: LogGroup, nowMs: number): number =>
  group.retentionDays === 0 ? Number.NEGATIVE_INFINITY : Math.ceil(nowMs - group.retentionDays * DAY_MS);
