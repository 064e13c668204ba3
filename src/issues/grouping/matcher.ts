import { compileGlob, isPlain } from './glob.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import type { LineReader } from './parse-line.ts';

/** The left side of both rule languages: `[!]name:pattern`. */

export type MatcherKey =
  | 'type'
  | 'value'
  | 'mechanism'
  | 'message'
  | 'logger'
  | 'level'
  | 'release'
  | 'sdk'
  | 'family'
  | 'path'
  | 'module'
  | 'function'
  | 'package'
  | 'app'
  | 'category'
  | `tags.${string}`;

export interface Matcher {
  readonly key: MatcherKey;
  readonly pattern: string;
  readonly negated: boolean;
  /** The pattern when it stands for one text only: such matchers are looked up and not tried. */
  readonly plain?: string;
  /** Whether a text (a path folded by foldPath) is what the pattern says, before `!` turns it round. */
  readonly test: (text: string) => boolean;
}

/** Names that people write, with the short ones that older rules have. */
const NAMES: ReadonlyMap<string, MatcherKey> = new Map([
  ['error.type', 'type'],
  ['type', 'type'],
  ['error.value', 'value'],
  ['value', 'value'],
  ['error.mechanism', 'mechanism'],
  ['mechanism', 'mechanism'],
  ['message', 'message'],
  ['logger', 'logger'],
  ['level', 'level'],
  ['release', 'release'],
  ['sdk', 'sdk'],
  ['family', 'family'],
  ['stack.abs_path', 'path'],
  ['path', 'path'],
  ['stack.module', 'module'],
  ['module', 'module'],
  ['stack.function', 'function'],
  ['function', 'function'],
  ['stack.package', 'package'],
  ['package', 'package'],
  ['app', 'app'],
  ['category', 'category'],
]);

const FOLDED: ReadonlySet<MatcherKey> = new Set(['value', 'message', 'level']);
const PATHS: ReadonlySet<MatcherKey> = new Set(['path', 'package', 'release']);

export function readMatcher(reader: LineReader, allowed: ReadonlySet<string>): Matcher {
  const negated = reader.take('!');
  const column = reader.column();
  const name = reader.quoted() ?? reader.match(/[A-Za-z0-9_.-]+/y);
  if (name === undefined) return reader.refuse('a matcher is expected', 'write matchers as name:pattern');
  const key: MatcherKey | undefined = name.startsWith('tags.') ? `tags.${name.slice(5)}` : NAMES.get(name);
  if (key === undefined || !allowed.has(key.startsWith('tags.') ? 'tags' : key)) {
    return reader.refuse(`there is no matcher ${name}`, `use one of ${[...allowed].join(', ')}`, column);
  }
  if (!reader.take(':')) return reader.refuse(`after ${name} a : is missing`, `write ${name}:pattern`);
  const patternColumn = reader.column();
  const pattern = reader.quoted() ?? reader.match(/\S+/y);
  if (pattern === undefined || pattern === '') {
    return reader.refuse(`${name} has no pattern`, `write ${name}:* for anything`, patternColumn);
  }
  const problem = problemOfPattern(key, pattern);
  return problem === undefined
    ? createMatcher(key, pattern, negated)
    : reader.refuse(problem[0], problem[1], patternColumn);
}

function problemOfPattern(key: MatcherKey, pattern: string): readonly [string, string] | undefined {
  const max = ISSUES_GROUPING_LIMITS.patternCharsMax;
  if (pattern.length > max) return [`a pattern has ${pattern.length} characters`, `use at most ${max}`];
  if (key === 'app' && toSwitch(pattern) === undefined) return [`app cannot be ${pattern}`, 'write app:yes or app:no'];
  if (key !== 'family') return undefined;
  const wrong = pattern.split(',').find((family) => !['javascript', 'native', 'other', 'all'].includes(family));
  return wrong === undefined
    ? undefined
    : [`there is no family ${wrong}`, 'use javascript, native, other or all, with commas between them'];
}

/** `yes`, `true`, `1` and their opposites. */
export function toSwitch(text: string): boolean | undefined {
  const folded = text.toLowerCase();
  if (['yes', 'true', '1'].includes(folded)) return true;
  return ['no', 'false', '0'].includes(folded) ? false : undefined;
}

export function createMatcher(key: MatcherKey, pattern: string, negated: boolean): Matcher {
  if (key === 'family') {
    const families = new Set(pattern.split(','));
    return { key, pattern, negated, test: (text) => families.has('all') || families.has(text) };
  }
  if (key === 'app') {
    const wanted = toSwitch(pattern) === true ? 'yes' : 'no';
    return { key, pattern, negated, test: (text) => text === wanted };
  }
  if (PATHS.has(key)) {
    const glob = compileGlob(foldPath(pattern, 'pattern'), { path: true });
    return { key, pattern, negated, test: (text) => testPath(glob, text) };
  }
  const test = compileGlob(pattern, { ignoreCase: FOLDED.has(key) });
  return isPlain(pattern) && !FOLDED.has(key)
    ? { key, pattern, negated, plain: pattern, test }
    : { key, pattern, negated, test };
}

/** Paths are compared without case and with one kind of separator; a pattern keeps its backslashes, which quote. */
export function foldPath(text: string, kind: 'path' | 'pattern' = 'path'): string {
  const folded = text.toLowerCase();
  return kind === 'path' && folded.includes('\\') ? folded.replaceAll('\\', '/') : folded;
}

/** A relative path is also looked at as if it lay in the root, so that a pattern beginning with two stars and `/` finds it. */
function testPath(glob: (text: string) => boolean, folded: string): boolean {
  if (folded === '') return false;
  return glob(folded) || (!folded.startsWith('/') && glob(`/${folded}`));
}
