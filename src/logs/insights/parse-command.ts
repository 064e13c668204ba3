import type { CapturedField, Command, Expression, NamedExpression, SortKey } from './ast.ts';
import { type Cursor, describe } from './cursor.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import type { Span } from './mistakes.ts';
import { parseExpression } from './parse-expression.ts';
import { captureNames } from './regex.ts';

/** Reads what follows the word of a command. The result is meaningless when the cursor is broken. */
export function parseCommand(cursor: Cursor, name: string, word: Span): Command {
  switch (name) {
    case 'fields':
    case 'display': {
      const items = parseItems(cursor, `${name} needs at least one field`);
      return { type: name, items, span: cursor.since(word) };
    }
    case 'parse':
      return parseParse(cursor, word);
    case 'stats':
      return parseStats(cursor, word);
    case 'sort':
      return parseSort(cursor, word);
    case 'limit':
      return parseLimit(cursor, word);
    case 'dedup': {
      const items = parseItems(cursor, 'dedup needs at least one field');
      return { type: 'dedup', keys: items.map((item) => item.expression), span: cursor.since(word) };
    }
    case 'unnest':
      return parseUnnest(cursor, word);
    default:
      return parseFilter(cursor, word, name === 'filterIndex');
  }
}

function parseFilter(cursor: Cursor, word: Span, isIndexOnly: boolean): Command {
  const condition = parseExpression(cursor);
  const isNotEquality = isIndexOnly && !cursor.isBroken() ? findNonEquality(condition) : undefined;
  if (isNotEquality !== undefined) {
    cursor.fail(
      isNotEquality.span,
      'filterIndex accepts only `field = value` and `field in [ … ]`',
      'put any other condition in a filter',
    );
  }
  return { type: 'filter', isIndexOnly, condition, span: cursor.since(word) };
}

function findNonEquality(condition: Expression): Expression | undefined {
  if (condition.type === 'and' || condition.type === 'or') {
    return condition.operands.map(findNonEquality).find((found) => found !== undefined);
  }
  if (condition.type === 'compare' && condition.operator === '=' && condition.left.type === 'field') return undefined;
  if (condition.type === 'in' && !condition.isNegated && condition.subject.type === 'field') return undefined;
  return condition;
}

function parseItems(cursor: Cursor, whenEmpty: string): readonly NamedExpression[] {
  const items: NamedExpression[] = [];
  if (cursor.peek().type === 'end') cursor.fail(cursor.peek(), whenEmpty, 'write field names separated by commas');
  while (!cursor.isBroken()) {
    items.push(parseItem(cursor));
    if (!cursor.takeOperator(',')) break;
  }
  return items;
}

function parseItem(cursor: Cursor): NamedExpression {
  const start = cursor.peek();
  const expression = parseExpression(cursor);
  const written = cursor.since(start);
  if (cursor.takeWord('as')) {
    const alias = parseNewName(cursor, 'a name after `as`');
    return { name: alias.name, hasAlias: true, expression, span: cursor.since(start) };
  }
  const source = cursor.text
    .slice(written.offset, written.offset + written.length)
    .replace(/\s+/g, ' ')
    .trim();
  const name = expression.type === 'field' ? expression.name : source;
  return { name, hasAlias: false, expression, span: written };
}

function parseNewName(cursor: Cursor, what: string): CapturedField {
  const token = cursor.peek();
  if (token.type === 'word' || token.type === 'quoted') {
    cursor.next();
    return { name: token.text, span: { offset: token.offset, length: token.length } };
  }
  cursor.fail(
    token,
    `expected ${what}, found ${describe(token, cursor.text)}`,
    'write a plain name, or one in backticks',
  );
  return { name: '', span: token };
}

function parseStats(cursor: Cursor, word: Span): Command {
  const first = cursor.peek();
  if (first.type === 'end' || cursor.isWord('by')) {
    cursor.fail(
      first.type === 'end' ? word : first,
      'stats needs at least one aggregation',
      'write for example `stats count(*) by service`',
    );
  }
  const items = parseItems(cursor, 'stats needs at least one aggregation');
  const by = cursor.takeWord('by') ? parseItems(cursor, 'there is nothing after `by`') : [];
  if (cursor.isWord('offset')) {
    cursor.fail(cursor.peek(), '`offset` is not available here', 'run the query for the other time instead');
  }
  return { type: 'stats', items, by, span: cursor.since(word) };
}

function parseSort(cursor: Cursor, word: Span): Command {
  const keys: SortKey[] = [];
  if (cursor.peek().type === 'end')
    cursor.fail(cursor.peek(), 'sort needs at least one field', 'write `sort field desc`');
  while (!cursor.isBroken()) {
    const expression = parseExpression(cursor);
    const isDescending = cursor.takeWord('desc');
    if (!isDescending) cursor.takeWord('asc');
    keys.push({ expression, isDescending });
    if (!cursor.takeOperator(',')) break;
  }
  return { type: 'sort', keys, span: cursor.since(word) };
}

function parseLimit(cursor: Cursor, word: Span): Command {
  const isAny = cursor.takeWord('any');
  const token = cursor.next();
  const count = token.type === 'number' ? token.value : 0;
  if (token.type !== 'number' || !Number.isInteger(count) || count < 1) {
    cursor.fail(
      token,
      `limit needs a whole number, found ${describe(token, cursor.text)}`,
      'write for example `limit 20`',
    );
  } else if (count > INSIGHTS_LIMITS.rows) {
    cursor.fail(
      token,
      `limit ${count} is more than one answer carries`,
      `use at most ${INSIGHTS_LIMITS.rows}, or stats`,
    );
  }
  return { type: 'limit', count, isAny, span: cursor.since(word) };
}

function parseUnnest(cursor: Cursor, word: Span): Command {
  const source = parseExpression(cursor);
  const token = cursor.peek();
  if (!cursor.takeWord('into')) {
    cursor.fail(token, `expected \`into\`, found ${describe(token, cursor.text)}`, 'write `unnest list into name`');
  }
  return { type: 'unnest', source, into: parseNewName(cursor, 'a name after `into`'), span: cursor.since(word) };
}

function parseParse(cursor: Cursor, word: Span): Command {
  const first = cursor.peek();
  const subject = first.type === 'word' || first.type === 'quoted' ? parseExpression(cursor, Infinity) : undefined;
  const token = cursor.next();
  const common = { type: 'parse' as const, ...(subject === undefined ? {} : { subject }) };
  const place: Span = { offset: token.offset, length: token.length };
  if (token.type === 'string') {
    const captures = parseGlobCaptures(cursor, token.value, place);
    return { ...common, pattern: { type: 'glob', text: token.value, span: place }, captures, span: cursor.since(word) };
  }
  if (token.type === 'regex') {
    const captures = parseRegexCaptures(cursor, token.source, place);
    return {
      ...common,
      pattern: { type: 'regex', source: token.source, span: place },
      captures,
      span: cursor.since(word),
    };
  }
  const isOtherMode = token.type === 'word' && /^(?:logfmt|csv|multi)$/i.test(token.text);
  cursor.fail(
    place,
    isOtherMode
      ? `\`parse … ${describe(token, cursor.text).slice(1, -1)}\` is not available here`
      : `parse needs a pattern, found ${describe(token, cursor.text)}`,
    'write a glob in quotes ("user=*" as user) or a regular expression with named groups (/user=(?<user>\\w+)/)',
  );
  return { ...common, pattern: { type: 'glob', text: '', span: place }, captures: [], span: place };
}

function parseGlobCaptures(cursor: Cursor, glob: string, place: Span): readonly CapturedField[] {
  const stars = glob.replace(/\\\*/g, '').split('*').length - 1;
  if (stars === 0) {
    cursor.fail(place, 'the pattern has no `*`', 'put a `*` where a value is to be taken');
  }
  const captures: CapturedField[] = [];
  const token = cursor.peek();
  if (!cursor.takeWord('as')) {
    cursor.fail(token, `expected \`as\`, found ${describe(token, cursor.text)}`, 'name each `*`: as first, second');
  }
  while (!cursor.isBroken()) {
    captures.push(parseNewName(cursor, 'a name'));
    if (!cursor.takeOperator(',')) break;
  }
  if (captures.length !== stars) {
    cursor.fail(
      cursor.since(place),
      `the pattern has ${stars} \`*\` and ${captures.length} ${captures.length === 1 ? 'name' : 'names'}`,
      'give as many names after `as` as there are `*`; write \\* for a star itself',
    );
  }
  refuseTooMany(cursor, captures, place);
  return captures;
}

function parseRegexCaptures(cursor: Cursor, source: string, place: Span): readonly CapturedField[] {
  const captures = captureNames(source).map(({ name, offset }) => ({
    name,
    span: { offset: place.offset + 1 + offset, length: name.length },
  }));
  if (captures.length === 0) {
    cursor.fail(place, 'the regular expression has no named group', 'name what is to be taken: (?<name>…)');
  }
  if (cursor.isWord('as')) {
    cursor.fail(
      cursor.peek(),
      '`as` does not follow a regular expression',
      'the names are those of its groups: (?<name>…)',
    );
  }
  refuseTooMany(cursor, captures, place);
  return captures;
}

function refuseTooMany(cursor: Cursor, captures: readonly CapturedField[], place: Span): void {
  if (captures.length > INSIGHTS_LIMITS.captures) {
    cursor.fail(place, 'parse takes too many fields', `use at most ${INSIGHTS_LIMITS.captures}`);
  }
  const twice = captures.find((capture, index) => captures.findIndex((other) => other.name === capture.name) !== index);
  if (twice !== undefined)
    cursor.fail(twice.span, `\`${twice.name}\` is named twice`, 'use another name for one of them');
}
