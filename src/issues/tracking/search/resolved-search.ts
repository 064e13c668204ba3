import type { RawBuilder } from 'kysely';
import type { EventCondition } from './event-condition.ts';
import type { Operator } from './search-node.ts';

/** A search whose words are told apart: what PostgreSQL answers about issues, and what stored events answer. */
export type ResolvedSearch =
  | { readonly type: 'all' | 'any'; readonly nodes: readonly ResolvedSearch[] }
  /** SQL on the issue `i`. */
  | { readonly type: 'issue'; readonly condition: RawBuilder<boolean> }
  /** Holds for issues with at least one such event. */
  | { readonly type: 'event'; readonly condition: EventCondition }
  /** Holds for issues with so many users in the range. */
  | { readonly type: 'users'; readonly operator: Operator; readonly users: number };

/**
 * Brings what is asked of events together: conditions that must all hold are meant of one and the same event, and
 * either way the store of events is asked once instead of once a condition. Pure.
 */
export function joinEvents(search: ResolvedSearch): ResolvedSearch {
  if (search.type !== 'all' && search.type !== 'any') return search;
  const { type } = search;
  const nodes = search.nodes.map(joinEvents).flatMap((node) => (node.type === type ? node.nodes : [node]));
  const conditions = nodes.flatMap((node) => (node.type === 'event' ? [node.condition] : []));
  const others = nodes.filter((node) => node.type !== 'event');
  const [only] = conditions;
  if (only === undefined) return { type, nodes: others };
  const event: ResolvedSearch = {
    type: 'event',
    condition: conditions.length === 1 ? only : { type, conditions },
  };
  return others.length === 0 ? event : { type, nodes: [...others, event] };
}
