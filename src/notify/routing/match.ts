import { RE2JS } from 're2js';
import { unreachable } from '../../base/index.ts';
import type { AlertInput, Matcher } from '../types.ts';

/** What matchers look at. */
export type Matchable = Pick<AlertInput, 'key' | 'severity' | 'source' | 'labels'>;
export type AlertTest = (alert: Matchable) => boolean;

/** The value of a label; `key`, `severity` and `source` are the alert's own, whatever its labels say. */
export function labelOf(alert: Matchable, label: string): string {
  if (label === 'key') return alert.key;
  if (label === 'severity') return alert.severity;
  if (label === 'source') return alert.source;
  return Object.hasOwn(alert.labels, label) ? (alert.labels[label] ?? '') : '';
}

/**
 * Compiles matchers to one test that all of them must pass. Expressions are RE2's, in time linear to the text, and have
 * to match the whole value. Throws what the compiler throws at a broken one.
 */
export function compileMatchers(matchers: readonly Matcher[]): AlertTest {
  const tests = matchers.map(compileMatcher);
  return (alert) => tests.every((test) => test(alert));
}

function compileMatcher({ label, operator, value }: Matcher): AlertTest {
  switch (operator) {
    case '=':
      return (alert) => labelOf(alert, label) === value;
    case '!=':
      return (alert) => labelOf(alert, label) !== value;
    case '=~':
    case '!~': {
      const pattern = RE2JS.compile(value, RE2JS.DOTALL);
      const wanted = operator === '=~';
      return (alert) => pattern.matches(labelOf(alert, label)) === wanted;
    }
    default:
      return unreachable(operator);
  }
}
