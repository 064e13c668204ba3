import { createHash } from 'node:crypto';
import type { Route } from '../types.ts';
import { labelOf, type Matchable } from './match.ts';

export interface GroupRef {
  readonly id: string;
  readonly route: string;
  readonly channel: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The group that an alert belongs to on one channel; the id is stable across restarts. */
export function groupOf(route: Pick<Route, 'name' | 'groupBy'>, channel: string, alert: Matchable): GroupRef {
  const labels = Object.fromEntries([...route.groupBy].sort().map((label) => [label, labelOf(alert, label)]));
  const identity = JSON.stringify([route.name, channel, Object.entries(labels)]);
  const id = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  return { id, route: route.name, channel, labels };
}
