import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import { createSearchCursor, type SearchCursor } from './search-cursor.ts';
import { searchMistake } from './search-mistake.ts';
import type { Operator, SearchNode, SearchTerm, SearchValue } from './search-node.ts';

/**
 * Reads the language of searches; docs/issue-search.md. One pass from left to right, so the time is linear in the
 * length. Whether keys and their values make sense is not looked at here. Throws `tracking.query-invalid`.
 */
export function parseSearch(query: string): SearchNode {
  if (query.length > LIMITS.queryChars) {
    const reason = `it has ${query.length} characters, and ${LIMITS.queryChars} are the most`;
    throw searchMistake(LIMITS.queryChars, reason, 'leave out what does not narrow it');
  }
  const reader: Reader = { cursor: createSearchCursor(query), terms: 0 };
  const node = readAny(reader, 0);
  const { cursor } = reader;
  if (!cursor.isAtEnd()) {
    throw searchMistake(
      cursor.at(),
      'a parenthesis closes nothing',
      'remove it, or put text with parentheses in quotes',
    );
  }
  return node;
}

interface Reader {
  readonly cursor: SearchCursor;
  terms: number;
}

function readAny(reader: Reader, depth: number): SearchNode {
  const { cursor } = reader;
  const nodes: SearchNode[] = [];
  let isWanted = false;
  for (;;) {
    const orAt = cursor.at();
    const node = readAll(reader, depth);
    if (node.type === 'all' && node.nodes.length === 0) {
      if (isWanted) throw searchMistake(orAt, 'nothing stands after OR', 'write what may hold instead, or remove OR');
      if (cursor.peekWord() === 'OR') {
        throw searchMistake(cursor.at(), 'nothing stands before OR', 'write what may hold instead, or remove OR');
      }
    }
    nodes.push(node);
    if (cursor.peekWord() !== 'OR') break;
    cursor.takeWord();
    isWanted = true;
  }
  const [only] = nodes;
  return only !== undefined && nodes.length === 1 ? only : { type: 'any', nodes };
}

/** AND is implied; writing it is allowed between two things. */
function readAll(reader: Reader, depth: number): SearchNode {
  const { cursor } = reader;
  const nodes: SearchNode[] = [];
  let andAt: number | undefined;
  for (;;) {
    cursor.skipSpace();
    const word = cursor.peekWord();
    if (cursor.isAtEnd() || cursor.peek() === ')' || word === 'OR') break;
    if (word === 'AND') {
      if (nodes.length === 0 || andAt !== undefined) {
        throw searchMistake(cursor.at(), 'nothing stands before AND', 'remove it: everything must hold anyway');
      }
      andAt = cursor.at();
      cursor.takeWord();
      continue;
    }
    nodes.push(readOne(reader, depth));
    andAt = undefined;
  }
  if (andAt !== undefined) {
    throw searchMistake(andAt, 'nothing stands after AND', 'remove it: everything must hold anyway');
  }
  const [only] = nodes;
  return only !== undefined && nodes.length === 1 ? only : { type: 'all', nodes };
}

function readOne(reader: Reader, depth: number): SearchNode {
  const { cursor } = reader;
  if (cursor.peek() === '(') return readGroup(reader, depth);
  reader.terms += 1;
  if (reader.terms > LIMITS.queryTerms) {
    throw searchMistake(cursor.at(), `it has more than ${LIMITS.queryTerms} conditions`, 'use brackets: key:[a,b]');
  }
  const at = cursor.at();
  const isNegated = cursor.peek() === '!' && cursor.peekAfter() !== '' && !/\s/.test(cursor.peekAfter());
  if (isNegated) cursor.take();
  if (isNegated && cursor.peek() === '(') {
    throw searchMistake(at, 'parentheses cannot be negated', 'negate each condition inside: !key:value');
  }
  const key = cursor.takeKey();
  if (key !== undefined) return readTerm(cursor, { ...key, isNegated, at });
  const value = cursor.peek() === '"' ? cursor.takeQuoted() : cursor.takeBare('');
  return { type: 'text', value, isNegated };
}

function readGroup(reader: Reader, depth: number): SearchNode {
  const { cursor } = reader;
  const at = cursor.at();
  if (depth >= LIMITS.queryDepth) {
    throw searchMistake(at, `parentheses are nested more than ${LIMITS.queryDepth} times`, 'write it flatter');
  }
  cursor.take();
  const node = readAny(reader, depth + 1);
  if (cursor.peek() !== ')') throw searchMistake(at, 'the parenthesis is not closed', 'add a closing one');
  cursor.take();
  if (node.type === 'all' && node.nodes.length === 0) {
    throw searchMistake(at, 'the parentheses are empty', 'remove them, or put text with parentheses in quotes');
  }
  return node;
}

function readTerm(
  cursor: SearchCursor,
  start: { readonly key: string; readonly isTag: boolean; readonly isNegated: boolean; readonly at: number },
): SearchTerm {
  const head = { type: 'term' as const, ...start };
  if (cursor.peek() === '[') return { ...head, operator: '=', values: readList(cursor) };
  const operator = readOperator(cursor);
  const value = cursor.peek() === '"' ? cursor.takeQuoted() : cursor.takeBare('');
  if (value.text === '' && !value.isQuoted) {
    throw searchMistake(cursor.at(), `nothing follows ${start.key}:`, 'write a value, or "" for what is empty');
  }
  return { ...head, operator, values: [value] };
}

function readOperator(cursor: SearchCursor): Operator {
  const first = cursor.peek();
  if (first === '=') {
    cursor.take();
    return '=';
  }
  if (first !== '>' && first !== '<') return '=';
  cursor.take();
  if (cursor.peek() !== '=') return first;
  cursor.take();
  return first === '>' ? '>=' : '<=';
}

/** `[a, "b c"]`: any of them. */
function readList(cursor: SearchCursor): readonly SearchValue[] {
  const at = cursor.at();
  const values: SearchValue[] = [];
  cursor.take();
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd()) throw searchMistake(at, 'the bracket is not closed', 'end the list with ]');
    const value = cursor.peek() === '"' ? cursor.takeQuoted() : cursor.takeBare(',]');
    if (value.text === '' && !value.isQuoted) {
      throw searchMistake(cursor.at(), 'a value is missing in the brackets', 'write values with commas between them');
    }
    values.push(value);
    if (values.length > LIMITS.queryValues) {
      throw searchMistake(value.at, `a list has more than ${LIMITS.queryValues} values`, 'use wildcards: key:a*');
    }
    cursor.skipSpace();
    const next = cursor.peek();
    if (next === ']') {
      cursor.take();
      return values;
    }
    if (next === '') continue;
    if (next !== ',') throw searchMistake(cursor.at(), 'a comma or ] is missing', 'put values with spaces in quotes');
    cursor.take();
  }
}
