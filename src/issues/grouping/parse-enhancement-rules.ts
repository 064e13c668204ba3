import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { type Matcher, readMatcher } from './matcher.ts';
import { type LineReader, type ParsedRules, parseLines, refuseProblem } from './parse-line.ts';

/**
 * Stack trace rules: `matcher:pattern … action …`, one a line. All rules are applied from the first to the last, each
 * to all frames.
 */
export interface EnhancementRule {
  readonly text: string;
  readonly line: number;
  readonly matchers: readonly Matcher[];
  /** The frame that called this one, `[ matcher ] |`. */
  readonly caller?: Matcher;
  /** The frame that this one called, `| [ matcher ]`. */
  readonly callee?: Matcher;
  readonly actions: readonly EnhancementAction[];
}

export type EnhancementAction =
  | {
      readonly type: 'flag';
      readonly flag: 'app' | 'group';
      readonly isSet: boolean;
      /** `above` is towards the failure, `below` towards where the program began. */
      readonly range: 'frame' | 'above' | 'below';
    }
  | { readonly type: 'max-frames' | 'min-frames'; readonly count: number }
  | { readonly type: 'category'; readonly category: string };

const MATCHERS: ReadonlySet<string> = new Set([
  'family',
  'path',
  'module',
  'function',
  'package',
  'app',
  'category',
  'type',
  'value',
  'mechanism',
]);

/** Refuses the first line that is wrong. */
export function parseEnhancementRules(text: string): readonly EnhancementRule[] {
  const { rules, problems } = readEnhancementRules(text);
  const [problem] = problems;
  return problem === undefined ? rules : refuseProblem(problem);
}

/** Takes the lines that are right and tells of the others. */
export const readEnhancementRules = (text: string): ParsedRules<EnhancementRule> =>
  parseLines('stack trace', text, readRule);

function readRule(reader: LineReader): EnhancementRule {
  reader.skipSpaces();
  const caller = readCaller(reader, MATCHERS);
  const matchers: Matcher[] = [];
  for (reader.skipSpaces(); !isAction(reader.rest()) && !isCallee(reader.rest()); reader.skipSpaces()) {
    if (reader.isAtEnd()) return reader.refuse('the rule does nothing', 'end it with an action like -app or +group');
    matchers.push(readMatcher(reader, MATCHERS));
  }
  const callee = readCallee(reader, MATCHERS);
  if (matchers.length === 0)
    return reader.refuse('the rule matches nothing', 'begin it with a matcher like family:all');
  const actions = readActions(reader);
  return {
    text: reader.text.trim(),
    line: reader.line,
    matchers,
    ...(caller === undefined ? {} : { caller }),
    ...(callee === undefined ? {} : { callee }),
    actions,
  };
}

/** `[ matcher ] |` */
export function readCaller(reader: LineReader, allowed: ReadonlySet<string>): Matcher | undefined {
  if (!reader.take('[')) return undefined;
  const matcher = readBracketed(reader, allowed);
  reader.skipSpaces();
  if (!reader.take('|')) return reader.refuse('after ] a | is missing', 'write [ matcher ] | for the calling frame');
  return matcher;
}

/** `| [ matcher ]` */
export function readCallee(reader: LineReader, allowed: ReadonlySet<string>): Matcher | undefined {
  reader.skipSpaces();
  if (!reader.take('|')) return undefined;
  reader.skipSpaces();
  if (!reader.take('[')) return reader.refuse('after | a [ is missing', 'write | [ matcher ] for the called frame');
  return readBracketed(reader, allowed);
}

export const isCallee = (rest: string): boolean => rest.startsWith('|');

function readBracketed(reader: LineReader, allowed: ReadonlySet<string>): Matcher {
  reader.skipSpaces();
  const matcher = readMatcher(reader, allowed);
  reader.skipSpaces();
  if (!reader.take(']'))
    return reader.refuse('a ] is missing', 'write one matcher between [ and ], with spaces around it');
  return matcher;
}

const isAction = (rest: string): boolean => /^(?:[\^v]?[+-](?:app|group)\b|[a-z-]+\s*=)/.test(rest);

function readActions(reader: LineReader): readonly EnhancementAction[] {
  const actions: EnhancementAction[] = [];
  for (reader.skipSpaces(); !reader.isAtEnd() && !/^#(?:\s|$)/.test(reader.rest()); reader.skipSpaces()) {
    actions.push(readFlag(reader) ?? readVariable(reader));
  }
  if (actions.length === 0) return reader.refuse('the rule does nothing', 'end it with an action like -app or +group');
  return actions;
}

function readFlag(reader: LineReader): EnhancementAction | undefined {
  const word = reader.match(/[\^v]?[+-](?:app|group)(?=\s|$)/y);
  if (word === undefined) return undefined;
  const range = word.startsWith('^') ? 'above' : word.startsWith('v') ? 'below' : 'frame';
  return { type: 'flag', flag: word.endsWith('app') ? 'app' : 'group', isSet: word.includes('+'), range };
}

function readVariable(reader: LineReader): EnhancementAction {
  const column = reader.column();
  const name = reader.match(/[A-Za-z-]+/y) ?? reader.match(/\S+/y) ?? '';
  reader.skipSpaces();
  const remedy = 'use +app, -app, +group, -group (with ^ or v before them), category=name or max-frames=N';
  if (!['max-frames', 'min-frames', 'category'].includes(name) || !reader.take('=')) {
    return reader.refuse(`${name} is not an action`, remedy, column);
  }
  reader.skipSpaces();
  const value = reader.match(/[A-Za-z0-9_.-]+/y) ?? '';
  if (name === 'category') {
    return value === ''
      ? reader.refuse('category has no name', 'write category=name')
      : { type: name, category: value };
  }
  const count = Number(value);
  if (value === '' || !Number.isInteger(count) || count < 0 || count > ISSUES_GROUPING_LIMITS.framesMax) {
    return reader.refuse(`${name} cannot be ${value}`, `use a number from 0 to ${ISSUES_GROUPING_LIMITS.framesMax}`);
  }
  return { type: name === 'max-frames' ? 'max-frames' : 'min-frames', count };
}
