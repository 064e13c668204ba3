import { NOTIFY_LIMITS } from '../limits.ts';
import type { Route, Routing } from '../types.ts';

export const FALLBACK_NAME = 'default';

/** A route with the timings that hold when nobody says otherwise. */
export const plainRoute = (name: string, channels: readonly string[]): Route => ({
  name,
  matchers: [],
  channels,
  groupBy: ['key'],
  groupWaitMs: NOTIFY_LIMITS.groupWaitMs,
  groupIntervalMs: NOTIFY_LIMITS.groupIntervalMs,
  repeatIntervalMs: NOTIFY_LIMITS.repeatIntervalMs,
  continues: false,
  escalation: [],
});

/** Before anybody changed anything: no routes, and a fallback that leads nowhere until there is a channel. */
export const defaultRouting = (): Routing => ({ version: 0, routes: [], fallback: plainRoute(FALLBACK_NAME, []) });
