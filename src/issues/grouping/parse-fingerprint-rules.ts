import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { type Matcher, readMatcher } from './matcher.ts';
import { isCallee, readCallee, readCaller } from './parse-enhancement-rules.ts';
import { type LineReader, type ParsedRules, parseLines, refuseProblem } from './parse-line.ts';

/** Fingerprint rules: `matcher:pattern … -> value, {{ variable }} title="…"`, one a line; the first that matches wins. */
export interface FingerprintRule {
  readonly text: string;
  readonly line: number;
  readonly matchers: readonly Matcher[];
  readonly caller?: Matcher;
  readonly callee?: Matcher;
  readonly fingerprint: readonly string[];
  readonly title?: string;
  readonly isBuiltIn: boolean;
}

const MATCHERS: ReadonlySet<string> = new Set([
  'type',
  'value',
  'message',
  'logger',
  'level',
  'release',
  'sdk',
  'tags',
  'family',
  'path',
  'module',
  'function',
  'package',
  'app',
]);

/** Refuses the first line that is wrong. */
export function parseFingerprintRules(text: string): readonly FingerprintRule[] {
  const { rules, problems } = readFingerprintRules(text);
  const [problem] = problems;
  return problem === undefined ? rules : refuseProblem(problem);
}

/** Takes the lines that are right and tells of the others. */
export const readFingerprintRules = (text: string, isBuiltIn = false): ParsedRules<FingerprintRule> =>
  parseLines('fingerprint', text, (reader) => readRule(reader, isBuiltIn));

function readRule(reader: LineReader, isBuiltIn: boolean): FingerprintRule {
  reader.skipSpaces();
  const caller = readCaller(reader, MATCHERS);
  const matchers: Matcher[] = [];
  for (reader.skipSpaces(); !isArrow(reader.rest()) && !isCallee(reader.rest()); reader.skipSpaces()) {
    if (reader.isAtEnd()) return reader.refuse('a -> is missing', 'write matchers, then ->, then the fingerprint');
    matchers.push(readMatcher(reader, MATCHERS));
  }
  const callee = readCallee(reader, MATCHERS);
  if (matchers.length === 0)
    return reader.refuse('the rule matches nothing', 'begin it with a matcher like error.type:*');
  reader.skipSpaces();
  if (!reader.take('->')) return reader.refuse('a -> is missing', 'write matchers, then ->, then the fingerprint');
  const { values, title } = readFingerprint(reader);
  return {
    text: reader.text.trim(),
    line: reader.line,
    matchers,
    ...(caller === undefined ? {} : { caller }),
    ...(callee === undefined ? {} : { callee }),
    fingerprint: values,
    ...(title === undefined ? {} : { title }),
    isBuiltIn,
  };
}

const isArrow = (rest: string): boolean => rest.startsWith('->');

function readFingerprint(reader: LineReader): { readonly values: readonly string[]; readonly title?: string } {
  const values: string[] = [];
  let title: string | undefined;
  for (reader.skipSpaces(); !reader.isAtEnd(); reader.skipSpaces()) {
    const attribute = readAttribute(reader);
    if (attribute === undefined) values.push(readValue(reader));
    else title = attribute;
    reader.skipSpaces();
    reader.take(',');
  }
  if (values.length === 0) return reader.refuse('the fingerprint is empty', 'write at least one value after ->');
  if (values.length > ISSUES_GROUPING_LIMITS.fingerprintValuesMax) {
    return reader.refuse(
      'the fingerprint is too long',
      `use at most ${ISSUES_GROUPING_LIMITS.fingerprintValuesMax} values`,
    );
  }
  return title === undefined ? { values } : { values, title };
}

/** `title="…"` is the only one. */
function readAttribute(reader: LineReader): string | undefined {
  const column = reader.column();
  const name = reader.match(/[A-Za-z_.-]+(?==")/y);
  if (name === undefined) return undefined;
  if (name !== 'title') return reader.refuse(`there is no attribute ${name}`, 'only title="…" may follow', column);
  reader.take('=');
  return reader.quoted() ?? '';
}

function readValue(reader: LineReader): string {
  const quoted = reader.quoted();
  if (quoted !== undefined) return quoted;
  const variable = reader.match(/\{\{\s*[^\s{}]+\s*\}\}/y);
  if (variable !== undefined) return variable;
  const word = reader.match(/[^\s{,]+/y);
  return (
    word ?? reader.refuse('a value is expected', 'write values with commas between them, in quotes if they have spaces')
  );
}
