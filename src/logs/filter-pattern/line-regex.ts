import { LOGS_LIMITS } from '../limits.ts';
import { isInSet, setToRe2 } from './character-set.ts';
import { mistake } from './mistake.ts';
import { parseRegexAlternatives, type RegexAlternative } from './parse-line-regex.ts';

/**
 * The regular expressions of filter patterns: alternatives of characters, classes and repetitions, without groups.
 * Matching follows all states at once (Thompson 1968), so its time is at most states times characters.
 */
export interface LineRegex {
  readonly source: string;
  /** The same expression for RE2. */
  readonly re2: string;
  readonly test: (text: string) => boolean;
}

/** Parses the text between two `%`. `offset` is where it starts in the whole pattern, for the column of a mistake. */
export function parseLineRegex(source: string, offset: number): LineRegex {
  if (source === '') throw mistake(offset, 'the regular expression is empty', 'write something between the two %');
  const alternatives = parseRegexAlternatives(source, offset);
  const states = alternatives.reduce((sum, alternative) => sum + alternative.states.length, 0);
  if (states > LOGS_LIMITS.filterRegexStatesMax) {
    throw mistake(offset, 'the regular expression is too large', 'use smaller repetition counts');
  }
  return {
    source,
    re2: alternatives.map(alternativeToRe2).join('|'),
    test: (text) => alternatives.some((alternative) => matches(alternative, text)),
  };
}

/** A state is where the next character is read; the state after the last one accepts. */
function matches({ states, fromStart, toEnd }: RegexAlternative, text: string): boolean {
  const enter = (into: Set<number>, from: number): void => {
    // Optional and looping states may be left without reading a character.
    for (let at = from; !into.has(at); at += 1) {
      into.add(at);
      if (at >= states.length || states[at]?.type === 'once') return;
    }
  };
  const accepts = (current: ReadonlySet<number>, read: number): boolean =>
    current.has(states.length) && (!toEnd || read === text.length);
  let current = new Set<number>();
  enter(current, 0);
  if (accepts(current, 0)) return true;
  let read = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const next = new Set<number>();
    for (const at of current) {
      const state = states[at];
      if (state !== undefined && isInSet(state.set, code)) enter(next, state.type === 'loop' ? at : at + 1);
    }
    if (!fromStart) enter(next, 0);
    current = next;
    read += character.length;
    if (accepts(current, read)) return true;
    if (current.size === 0) return false;
  }
  return false;
}

const alternativeToRe2 = ({ states, fromStart, toEnd }: RegexAlternative): string => {
  const repeats = { once: '', optional: '?', loop: '*' };
  const atoms = states.map(({ set, type }) => setToRe2(set) + repeats[type]);
  return `${fromStart ? '\\A' : ''}${atoms.join('')}${toEnd ? '\\z' : ''}`;
};
