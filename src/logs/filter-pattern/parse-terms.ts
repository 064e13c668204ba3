import { type Cursor, isSpace } from './cursor.ts';
import { mistake } from './mistake.ts';
import type { FilterPattern, Term } from './types.ts';

const isTermCharacter = (character: string): boolean => /[\p{L}\p{N}\p{M}_\ud800-\udfff]/u.test(character);

/** Terms: all must occur; `-` excludes, `?` marks alternatives, quotes make a phrase, `%` a regular expression. */
export function parseTerms(cursor: Cursor): FilterPattern {
  const include: Term[] = [];
  const exclude: Term[] = [];
  const anyOf: Term[] = [];
  while (!cursor.atEnd()) {
    const into = cursor.take('-') ? exclude : cursor.take('?') ? anyOf : include;
    const term = parseTerm(cursor);
    // A quoted space is documented to match everything; an empty phrase does as well.
    if (term.type === 'text' && term.text.trim() === '') {
      if (into === exclude)
        throw mistake(cursor.offset() - 1, 'an empty term cannot be excluded', 'name what to exclude');
    } else into.push(term);
    cursor.skipSpace();
  }
  if (include.length + exclude.length > 0) return { type: 'terms', include, exclude, anyOf: [] };
  return anyOf.length > 0 ? { type: 'terms', include, exclude, anyOf } : { type: 'all' };
}

function parseTerm(cursor: Cursor): Term {
  const start = cursor.offset();
  const term: Term = cursor.take('"')
    ? { type: 'text', text: cursor.takeQuoted('"') }
    : cursor.take('%')
      ? { type: 'regex', regex: cursor.takeRegex() }
      : { type: 'text', text: cursor.takeWhile(isTermCharacter) };
  if (!cursor.atEnd() && !isSpace(cursor.peek())) {
    throw mistake(
      cursor.offset(),
      `the character ${cursor.peek()} is not allowed here`,
      'put terms with other characters than letters, digits and _ in double quotation marks',
    );
  }
  if (cursor.offset() === start) throw mistake(start, 'a term is missing', 'write a term after - or ?');
  return term;
}
