import { describe, expect, test } from 'vitest';
import { createRedactor, REDACTION_RULES } from '../index.ts';

const all = createRedactor();

describe('the rules that ship', () => {
  test('have ids of their own, keywords and examples of both kinds', () => {
    expect(new Set(REDACTION_RULES.map((rule) => rule.id)).size).toBe(REDACTION_RULES.length);
    for (const rule of REDACTION_RULES) {
      expect(rule.mustMatch.length, rule.id).toBeGreaterThan(0);
      expect(rule.mustNotMatch.length, rule.id).toBeGreaterThan(0);
      for (const { text, secret } of rule.mustMatch) expect(text, rule.id).toContain(secret);
    }
  });

  describe.each(REDACTION_RULES.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
    const alone = createRedactor({ rules: [rule] });

    test('masks its examples, alone and among all rules', () => {
      for (const { text, secret } of rule.mustMatch) {
        expect(alone.text(text)).not.toContain(secret);
        expect(alone.text(text)).toContain(`[redacted:${rule.id}:`);
        const masked = all.text(text);
        expect(masked).not.toContain(secret);
        expect(all.text(masked)).toBe(masked);
      }
    });

    test('leaves what only resembles them', () => {
      for (const text of rule.mustNotMatch) expect(alone.text(text)).toBe(text);
    });

    test('runs in linear time too, outside the vetted set', () => {
      const copy = createRedactor({ rules: [{ ...rule }] });
      for (const { text, secret } of rule.mustMatch.slice(0, 2)) {
        if (text.length < 2000) expect(copy.text(text)).not.toContain(secret);
      }
    });
  });
});
