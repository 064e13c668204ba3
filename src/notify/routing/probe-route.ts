import { sql } from 'kysely';
import type { Route } from '../types.ts';
import { plainRoute } from './default-routing.ts';

/** The channel by which Holdfast proves that alerts are delivered; only Holdfast itself makes it, for as long as it proves. */
export const PROBE_CHANNEL = 'holdfast-probe';
/** The tag that an alarm of the probe carries, and its value. */
export const PROBE_TAG = { name: 'holdfast:probe', value: 'delivery' } as const;

const LABEL = `tag.${PROBE_TAG.name}`;

/** Stands before all routes and takes nothing but what the probe raises, so that a canary never disturbs people. */
export const PROBE_ROUTE: Route = {
  ...plainRoute(PROBE_CHANNEL, [PROBE_CHANNEL]),
  matchers: [{ label: LABEL, operator: '=', value: PROBE_TAG.value }],
  groupWaitMs: 0,
  groupIntervalMs: 1_000,
};

/** Canaries are no news: they stand in no list and no count for people. */
export const isNoCanary = sql<boolean>`labels ->> ${LABEL} IS DISTINCT FROM ${PROBE_TAG.value}`;
