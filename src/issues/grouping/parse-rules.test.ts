import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../base/index.ts';
import { BUILT_IN_ENHANCEMENTS } from './built-in-enhancements.ts';
import { BUILT_IN_FINGERPRINTS } from './built-in-fingerprints.ts';
import { checkGroupingSettings, findRuleProblems } from './check-rules.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { parseEnhancementRules } from './parse-enhancement-rules.ts';
import { parseFingerprintRules } from './parse-fingerprint-rules.ts';

function refusal(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('fingerprint rules that are right', () => {
  function check(line: string, fingerprint: readonly string[], title?: string): void {
    test(line, () => {
      const [rule] = parseFingerprintRules(line);
      expect(rule?.fingerprint).toEqual(fingerprint);
      expect(rule?.title).toBe(title);
    });
  }
  check('error.type:DatabaseUnavailable -> system-down', ['system-down']);
  check('error.value:"connection error: *" -> connection-error, {{ transaction }}', [
    'connection-error',
    '{{ transaction }}',
  ]);
  check('  type:A   value:B  ->x', ['x']);
  check('!stack.module:"a::*" family:native -> not-mine', ['not-mine']);
  check('"tags.a b":x -> {{ default }} {{tags.y}}', ['{{ default }}', '{{tags.y}}']);
  check(
    'logger:a.b.* level:error -> x, {{ logger }} title="Error from {{ logger }}"',
    ['x', '{{ logger }}'],
    'Error from {{ logger }}',
  );
  check('message:"say \\"hi\\"" -> "a, b" "c\\\\d"', ['a, b', 'c\\d']);
  check('[ function:main ] | function:a | [ module:b ] -> x', ['x']);
});

test('comments and empty lines are no rules', () => {
  expect(parseFingerprintRules('\n# a comment\n\r\n   # another\n')).toEqual([]);
  expect(parseEnhancementRules('\n# a comment\n\n')).toEqual([]);
});

test('a rule knows its line and its text', () => {
  const [rule] = parseFingerprintRules('# first\n\n  type:A -> b  ');
  expect(rule).toMatchObject({ line: 3, text: 'type:A -> b', isBuiltIn: false });
});

describe('stack trace rules that are right', () => {
  function check(line: string, actions: readonly object[]): void {
    test(line, () => {
      expect(parseEnhancementRules(line)[0]?.actions).toEqual(actions);
    });
  }
  const flag = (flag: string, isSet: boolean, range = 'frame'): object => ({ type: 'flag', flag, isSet, range });
  check('stack.abs_path:**/node_modules/** -app', [flag('app', false)]);
  check('family:native function:std::* +app -group', [flag('app', true), flag('group', false)]);
  check('function:panic ^-group -group v+app', [
    flag('group', false, 'above'),
    flag('group', false),
    flag('app', true, 'below'),
  ]);
  check('family:native max-frames=3', [{ type: 'max-frames', count: 3 }]);
  check('module:a.* category=framework min-frames = 2', [
    { type: 'category', category: 'framework' },
    { type: 'min-frames', count: 2 },
  ]);
  check('[ category:telemetry ] | app:yes -group', [flag('group', false)]);
  check('category:system | [ app:yes ] -group # noise', [flag('group', false)]);
  check('error.type:A error.mechanism:b !function:c +group', [flag('group', true)]);
});

describe('rules that are wrong are refused where they are wrong', () => {
  function check(language: 'fingerprint' | 'stack trace', line: string, column: number, reason: string): void {
    test(line, () => {
      const failure = refusal(() =>
        (language === 'fingerprint' ? parseFingerprintRules : parseEnhancementRules)(`\n${line}`),
      );
      expect(failure.code).toBe('grouping.rule-invalid');
      expect({ ...failure.details }).toMatchObject({ line: 2, column });
      expect(failure.message).toContain(reason);
      expect(failure.hint).not.toContain('{');
    });
  }
  check('fingerprint', 'type:A', 7, 'a -> is missing');
  check('fingerprint', 'type:A ->', 10, 'the fingerprint is empty');
  check('fingerprint', '-> x', 1, 'matches nothing');
  check('fingerprint', 'colour:red -> x', 1, 'there is no matcher colour');
  check('fingerprint', 'type -> x', 5, 'after type a : is missing');
  check('fingerprint', 'type: -> x', 6, 'type has no pattern');
  check('fingerprint', 'type:"A -> x', 6, 'a text in quotes has no end');
  check('fingerprint', 'app:perhaps -> x', 5, 'app cannot be perhaps');
  check('fingerprint', 'family:ruby -> x', 8, 'there is no family ruby');
  check('fingerprint', 'type:A -> x colour="red"', 13, 'there is no attribute colour');
  check('fingerprint', 'type:A -> {x', 11, 'a value is expected');
  check('fingerprint', 'category:a -> x', 1, 'there is no matcher category');
  check('stack trace', 'function:a', 11, 'the rule does nothing');
  check('stack trace', 'function:a +apps', 12, 'a matcher is expected');
  check('stack trace', 'function:a -app colour', 17, 'colour is not an action');
  check('stack trace', 'function:a max-frames=many', 27, 'max-frames cannot be many');
  check('stack trace', 'function:a max-frames=99999', 28, 'max-frames cannot be 99999');
  check('stack trace', '+app', 1, 'the rule matches nothing');
  check('stack trace', 'message:a +app', 1, 'there is no matcher message');
  check('stack trace', '[ function:a function:b -app', 14, 'a ] is missing');
  check('stack trace', '[ function:a ] function:b -app', 16, 'after ] a | is missing');
  check('stack trace', 'function:a | function:b -app', 14, 'after | a [ is missing');
});

test('all wrong lines of both languages are told at once', () => {
  const problems = findRuleProblems({ fingerprintRules: 'a\ntype:A -> x\nb', enhancementRules: 'function:a' });
  expect(problems.map(({ language, line }) => [language, line])).toEqual([
    ['fingerprint', 1],
    ['fingerprint', 3],
    ['stack trace', 1],
  ]);
});

test('texts over the limits are refused', () => {
  const { ruleTextMaxBytes, ruleLinesMax, patternCharsMax } = ISSUES_GROUPING_LIMITS;
  expect(refusal(() => parseFingerprintRules('#'.repeat(ruleTextMaxBytes + 1))).code).toBe('grouping.rules-too-long');
  expect(refusal(() => parseFingerprintRules('type:A -> x\n'.repeat(ruleLinesMax + 1))).code).toBe(
    'grouping.rules-too-long',
  );
  expect(refusal(() => parseFingerprintRules(`type:${'a'.repeat(patternCharsMax + 1)} -> x`)).code).toBe(
    'grouping.rule-invalid',
  );
});

test('an unknown version is refused with those that there are', () => {
  const failure = refusal(() =>
    checkGroupingSettings({ version: 'newest', fingerprintRules: '', enhancementRules: '' }),
  );
  expect(failure.code).toBe('grouping.version-unknown');
  expect(failure.hint).toContain('holdfast-1:2026-11-22');
});

test('built-in rules can be read', () => {
  expect(parseEnhancementRules(BUILT_IN_ENHANCEMENTS).length).toBeGreaterThan(70);
  expect(parseFingerprintRules(BUILT_IN_FINGERPRINTS).length).toBeGreaterThan(5);
});

test('any text is read or refused, and nothing else', () => {
  const word = fc.constantFrom(
    'type:A',
    '!',
    'function:"a b"',
    '[',
    ']',
    '|',
    '->',
    '-app',
    '^',
    'max-frames=2',
    'x',
    '"',
    '{{ x }}',
    ',',
    'title="t"',
    '\\',
    '#',
    '\n',
    ' ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, (rules) => {
      for (const parse of [parseFingerprintRules, parseEnhancementRules]) {
        try {
          parse(rules);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }
    }),
  );
});
