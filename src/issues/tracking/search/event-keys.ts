import type { EventCondition, EventField, TextPattern } from './event-condition.ts';
import type { ResolvedSearch } from './resolved-search.ts';
import type { SearchTerm, SearchValue } from './search-node.ts';

const column = (name: Extract<EventField, { type: 'column' }>['name']): EventField => ({ type: 'column', name });

/** The keys that are facts of events and not tags, in lower case; docs/issue-search.md has the same table. */
export const EVENT_KEYS: Readonly<Record<string, EventField>> = {
  release: column('release'),
  dist: column('dist'),
  environment: column('environment'),
  transaction: column('transaction'),
  message: column('message'),
  server_name: column('serverName'),
  trace: column('traceId'),
  'trace.id': column('traceId'),
  id: column('eventId'),
  'event.id': column('eventId'),
  sdk: column('sdk'),
  'sdk.name': column('sdk'),
  user: column('userKey'),
  'user.id': { type: 'user', name: 'id' },
  'user.email': { type: 'user', name: 'email' },
  'user.username': { type: 'user', name: 'username' },
  'user.ip': { type: 'user', name: 'ip' },
};

/** A condition on one field of an event. An empty value asks for events that have not got it. */
export function eventMatch(field: EventField, { values, isNegated }: SearchTerm): ResolvedSearch {
  const isEmpty = (value: SearchValue): boolean => value.text === '';
  const patterns = values.filter((value) => !isEmpty(value)).map((value) => patternOf(field, value));
  const conditions: EventCondition[] = [];
  if (patterns.length > 0) conditions.push({ type: 'match', field, patterns, isNegated });
  if (values.some(isEmpty)) conditions.push({ type: 'has', field, isNegated: !isNegated });
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return { type: 'event', condition: only };
  return { type: 'event', condition: { type: isNegated ? 'all' : 'any', conditions } };
}

/** People say `user:7` and mean the user `id:7`; messages are searched for what they contain. */
function patternOf(field: EventField, { pieces, text, isQuoted }: SearchValue): TextPattern {
  if (field.type !== 'column') return { pieces };
  if (field.name === 'userKey' && !/^(id|email|username|ip):/.test(text)) {
    return { pieces: ['', `:${pieces[0] ?? ''}`, ...pieces.slice(1)] };
  }
  if (field.name === 'message' && pieces.length === 1 && !isQuoted) return { pieces: ['', ...pieces, ''] };
  // Stored as name/version, and mostly asked for by name.
  if (field.name === 'sdk' && !text.includes('/')) {
    return { pieces: [...pieces.slice(0, -1), `${pieces.at(-1) ?? ''}/`, ''] };
  }
  if (field.name === 'eventId' || field.name === 'traceId') {
    return { pieces: pieces.map((piece) => piece.replaceAll('-', '')) };
  }
  return { pieces };
}
