import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure, isFailure } from '../../base/index.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { parseSearch } from './search-pattern.ts';

const metric = (name: string, dimensions: Readonly<Record<string, string>> = {}, namespace = 'App/Web') => ({
  namespace,
  name,
  dimensions,
  unit: 'None',
});

describe('search patterns', () => {
  const check = (pattern: string, found: ReturnType<typeof metric>, expected: boolean): void =>
    expect(parseSearch(pattern).matches(found), pattern).toBe(expected);

  it('takes a schema for the namespace and the exact dimensions', () => {
    check('{App/Web,Host}', metric('x', { Host: 'a' }), true);
    check('{App/Web,Host}', metric('x', { Host: 'a', Zone: 'b' }), false);
    check('{App/Web,Zone,Host}', metric('x', { Host: 'a', Zone: 'b' }), true);
    check('{App/Web,"Odd Name"}', metric('x', { 'Odd Name': 'a' }), true);
    check('{App/Web}', metric('x'), true);
    check('{Other}', metric('x'), false);
    expect(parseSearch('{App/Web,Host} x').namespace).toBe('App/Web');
  });

  it('compares whole words without regard to case, and quoted text as it is', () => {
    check('cpu', metric('CPUUtilization'), true);
    check('utilization', metric('CPUUtilization'), true);
    check('util', metric('CPUUtilization'), false);
    check('MetricName=CPUUtilization', metric('CPUUtilization'), true);
    check('MetricName="cpuutilization"', metric('CPUUtilization'), false);
    check('MetricName="CPUUtilization"', metric('CPUUtilization'), true);
    check('Host=web', metric('x', { Host: 'web-1' }), true);
    check('Host="web"', metric('x', { Host: 'web-1' }), false);
    check('web', metric('x', { Host: 'i1' }), true);
  });

  it('joins terms by AND, OR, NOT and brackets', () => {
    const found = metric('Latency', { Host: 'web-1', Zone: 'a' });
    check('latency host', found, true);
    check('latency other', found, false);
    check('latency OR other', found, true);
    check('latency NOT other', found, true);
    check('NOT latency', found, false);
    check('(other OR zone) AND latency', found, true);
  });

  it('refuses what it cannot read, and throws nothing else', () => {
    const refuse = (pattern: string): void => {
      let error: unknown;
      try {
        parseSearch(pattern);
      } catch (reason) {
        error = reason;
      }
      expect(isFailure(error, METRICS_MATH_FAILURES.searchMalformed), pattern).toBe(true);
    };
    refuse('(a');
    refuse('a)');
    refuse('OR a');
    refuse('a AND');
    refuse('{A,,B}');
    refuse('a = = b');
    refuse('('.repeat(1000));
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const part = fc.constantFrom('(', ')', '{A,b}', ' ', 'NOT ', 'AND', 'OR', 'x', '=', '"', 'Namespace=', 'é');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        try {
          parseSearch(parts.join('')).matches(metric('x', { a: 'b' }));
        } catch (reason) {
          expect(reason).toBeInstanceOf(Failure);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });
});
