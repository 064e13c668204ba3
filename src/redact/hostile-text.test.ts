import { describe, expect, test } from 'vitest';
import { compileRule } from './compile-rule.ts';
import { createSecretFinder } from './find-secrets.ts';
import { createRedactor, newRedactionReport, REDACT_LIMITS, REDACTION_RULES } from './index.ts';
import { createNameJudge } from './telling-name.ts';

const LENGTH = 100_000;
const fill = (unit: string): string => unit.repeat(Math.ceil(LENGTH / unit.length)).slice(0, LENGTH);

/** Texts that make a pattern start as often as it can and get as far as it can each time. */
function hostileTexts(keyword: string, example: string): readonly string[] {
  const half = example.slice(0, Math.max(1, Math.floor(example.length * 0.7)));
  return [
    fill(keyword),
    fill(`${keyword} `),
    fill(`-${keyword}-`),
    fill(`${keyword}=`),
    fill(`${keyword}:\\"`),
    fill(`"${keyword}":"`),
    fill(`${keyword}='\\\\`),
    fill(`<${keyword} `),
    fill(`${keyword}>`),
    fill(half),
    `${fill(`${keyword}${' '.repeat(63)}`)}!`,
    `${keyword}="${fill('a\\')}`,
    `${keyword}${fill('a-')}`,
    fill(`${keyword}%3D%22`),
  ];
}

/** Reading the same length with the most ordinary pattern there is: what the machine can do right now. */
function baselineMs(): number {
  const text = fill('lorem ipsum dolor ');
  const start = performance.now();
  for (let round = 0; round < 10; round += 1) text.replace(/[aeiou]/g, '');
  return (performance.now() - start) / 10;
}

describe('hostile text of 100 kB', () => {
  const judge = createNameJudge();
  const allowedSteps = REDACT_LIMITS.stepsBase + REDACT_LIMITS.stepsPerCodeUnit * LENGTH;
  const baseline = baselineMs();

  test.each(REDACTION_RULES.map((rule) => [rule.id, rule] as const))('ends within the budget for %s', (_, rule) => {
    const finder = createSecretFinder([compileRule(rule, true, judge)], judge);
    const keywords = rule.keywords.slice(0, 1);
    for (const keyword of keywords) {
      for (const text of hostileTexts(keyword, rule.mustMatch[0]?.text ?? keyword)) {
        const start = performance.now();
        const findings = finder.find(text);
        const elapsed = performance.now() - start;
        // One attempt may pass the end of the budget, by no more than its reach.
        if (findings.type !== 'nothing')
          expect(findings.steps).toBeLessThanOrEqual(allowedSteps + REDACT_LIMITS.reachMax);
        // About a hundred times what is usual, so that only a pattern that backtracks badly gets there.
        expect(elapsed, text.slice(0, 40)).toBeLessThan(300 + 400 * baseline);
      }
    }
  });

  test('is masked whole by all rules together where it cannot be read', () => {
    const redactor = createRedactor();
    const report = newRedactionReport();
    const text = fill('-eyJ');
    const start = performance.now();
    const masked = redactor.text(text, report);
    expect(performance.now() - start).toBeLessThan(300 + 400 * baseline);
    expect(masked.slice(0, 64)).toBe(`[redacted:unscanned:${LENGTH}]`);
    expect(report.failedClosed).toBe(1);
  });

  test('is read by all rules together where it is only odd', () => {
    const redactor = createRedactor();
    for (const unit of [
      'password ',
      '{"key":1},',
      '{"token":null},',
      'eyJ',
      '4111 ',
      '://a/b ',
      '====',
      '\\\\\\"',
      '<a>',
    ]) {
      const report = newRedactionReport();
      redactor.text(fill(unit), report);
      expect(report.failedClosed, unit).toBe(0);
    }
  });
});
