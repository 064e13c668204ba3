import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../base/index.ts';
import { parseStatistic } from './parse-statistic.ts';

describe('the names of statistics', () => {
  it('refuses what is none, and throws nothing else', () => {
    const refuse = (text: string): void => expect(() => parseStatistic(text), text).toThrow(Failure);
    for (const text of ['sum', '', 'p', 'p101', 'p-1', 'p99.12345678901', 'tm', 'TM()', 'TM(:)', 'TM(90%:10%)'])
      refuse(text);
    for (const text of ['TM(10%:500)', 'PR(10%:90%)', 'TM(1:1)', 'TM(a:b)', 'p99 ', 'XX(1:2)', 'TM(101%:)'])
      refuse(text);
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const part = fc.constantFrom('p', 'tm', 'TM', 'PR', '(', ')', ':', '%', '9', '.', '-', ' ', '1e5');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          parseStatistic(parts.join(''));
        } catch (error) {
          expect((error as Failure).code).toBe('statistics.unknown');
        }
      }),
      { seed, numRuns: 1000 },
    );
  });
});
