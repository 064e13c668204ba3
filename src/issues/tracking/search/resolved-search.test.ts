import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { EventCondition } from './event-condition.ts';
import { joinEvents, type ResolvedSearch } from './resolved-search.ts';

const event = (key: string): ResolvedSearch => ({
  type: 'event',
  condition: { type: 'has', field: { type: 'tag', key }, isNegated: false },
});
const issue: ResolvedSearch = { type: 'issue', condition: sql<boolean>`true` };
const all = (...nodes: readonly ResolvedSearch[]): ResolvedSearch => ({ type: 'all', nodes });
const any = (...nodes: readonly ResolvedSearch[]): ResolvedSearch => ({ type: 'any', nodes });

function shownCondition(condition: EventCondition): string {
  if (condition.type === 'all' || condition.type === 'any') {
    return `${condition.type}(${condition.conditions.map(shownCondition).join(' ')})`;
  }
  return condition.field.type === 'tag' ? condition.field.key : '?';
}

function shown(search: ResolvedSearch): string {
  if (search.type === 'all' || search.type === 'any') return `${search.type}(${search.nodes.map(shown).join(' ')})`;
  return search.type === 'event' ? `<${shownCondition(search.condition)}>` : search.type;
}

test('what must hold of events together is asked of the same event, in one question', () => {
  const check = (search: ResolvedSearch, expected: string): void => expect(shown(joinEvents(search))).toBe(expected);
  check(event('a'), '<a>');
  check(all(), 'all()');
  check(all(event('a'), event('b')), '<all(a b)>');
  check(all(event('a'), issue, event('b')), 'all(issue <all(a b)>)');
  check(all(event('a'), all(event('b'), issue)), 'all(issue <all(a b)>)');
  check(any(event('a'), event('b')), '<any(a b)>');
  check(all(any(event('a'), event('b')), event('c')), '<all(any(a b) c)>');
  check(any(all(event('a'), issue), event('b')), 'any(all(issue <a>) <b>)');
  check(all(any(event('a'), issue), event('b')), 'all(any(issue <a>) <b>)');
});
