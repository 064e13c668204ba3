import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/index.ts';

export interface Assumption {
  readonly value: number;
  readonly unit: 'probability per year' | 'ms';
  readonly meaning: string;
  readonly source: string;
}

/** What is used where nothing was measured or configured. Each is on the trust page with this source. */
export const DURABILITY_ASSUMPTIONS = {
  mediaAfr: {
    value: 0.0157,
    unit: 'probability per year',
    meaning: 'a device is lost with all copies on it',
    source:
      'Backblaze Drive Stats, all drives in 2024: 1.57 % (https://www.backblaze.com/blog/backblaze-drive-stats-for-2024/)',
  },
  rotAfr: {
    value: 1e-4,
    unit: 'probability per year',
    meaning: 'one copy of one object is damaged unnoticed',
    source:
      'chosen high: Bairavasundaram et al., FAST 2008, count checksum mismatches per drive, and one object is a small part of a drive',
  },
  domainLossAfr: {
    value: 1e-3,
    unit: 'probability per year',
    meaning: 'everything in one failure domain is lost',
    source:
      'an order of magnitude, no statistic: one total loss in a thousand years of sites, accounts and administrators',
  },
  mediaReplaceMs: {
    value: DAY_MS,
    unit: 'ms',
    meaning: 'until people have noticed a lost device and put another in its place',
    source: 'assumes that somebody acts within a day; a drill cannot measure it',
  },
  mediaRebuildMs: {
    value: 6 * HOUR_MS,
    unit: 'ms',
    meaning: 'until the new device holds all copies',
    source: 'assumed until the drill that empties and rebuilds a zone has run',
  },
  rotRepairMs: {
    value: HOUR_MS,
    unit: 'ms',
    meaning: 'from finding a damaged copy until it is mended',
    source: 'assumed until scrub has mended one',
  },
  domainRebuildMs: {
    value: 7 * DAY_MS,
    unit: 'ms',
    meaning: 'until a lost failure domain is replaced by another that holds all copies',
    source: 'assumes that another place is set up and filled within a week',
  },
  replicationLagMs: {
    value: 5 * MINUTE_MS,
    unit: 'ms',
    meaning: 'from the acknowledgement at quorum until a further zone holds the object',
    source: 'assumed until replication was measured',
  },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof DURABILITY_ASSUMPTIONS;
