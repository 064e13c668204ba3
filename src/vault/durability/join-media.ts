import type { DurabilityZone } from './types.ts';

export interface JoinedMedia {
  readonly zones: readonly DurabilityZone[];
  /** One sentence for each medium that several failure domains turned out to share. */
  readonly remarks: readonly string[];
}

/**
 * Joins the failure domains of zones that were seen to lie on one medium: whoever names two domains and points both at
 * one file system loses both with it. A zone whose device the operator named is believed.
 */
export function joinMedia(zones: readonly DurabilityZone[]): JoinedMedia {
  const domainOf = new Map(zones.map((zone) => [zone.failureDomain, zone.failureDomain]));
  const remarks: string[] = [];
  const seen = zones.filter((zone) => zone.medium !== undefined && zone.device === undefined);
  for (const medium of new Set(seen.map((zone) => zone.medium))) {
    const sharing = seen.filter((zone) => zone.medium === medium);
    const domains = new Set(sharing.map((zone) => domainOf.get(zone.failureDomain) ?? zone.failureDomain));
    if (domains.size < 2) continue;
    const joined = [...domains].join(' + ');
    for (const [domain, current] of domainOf) if (domains.has(current)) domainOf.set(domain, joined);
    const names = sharing.map((zone) => zone.name).join(', ');
    remarks.push(`the zones ${names} lie on one file system, so their failure domains count as one`);
  }
  const joined = zones.map((zone) => ({
    ...zone,
    failureDomain: domainOf.get(zone.failureDomain) ?? zone.failureDomain,
  }));
  return { zones: joined, remarks };
}
