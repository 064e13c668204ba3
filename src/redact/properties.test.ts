import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, explainRedaction, newRedactionReport, REDACTION_RULES } from './index.ts';
import { ALNUM, LOWER_ALNUM, LOWER_HEX, sample } from './rules/rule-shapes.ts';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const settings = { seed, numRuns: 400 };
const redactor = createRedactor();

/** Evenly random text: what shrinks or is biased to small numbers looks like a placeholder, as it should. */
const of = (alphabet: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: minLength, max: maxLength }))
    .map(([start, length]) => sample(alphabet, length, start));

/** Secrets whose own form tells, whatever stands round them. */
const tokens = fc.oneof(
  of(ALNUM, 36).map((random) => `ghp_${random}`),
  of(ALNUM, 20).map((random) => `glpat-${random}`),
  of(LOWER_HEX, 64).map((random) => `dop_v1_${random}`),
  of(ALNUM, 40).map((random) => `sk_live_${random}`),
  of(ALNUM, 36).map((random) => `npm_${random}`),
  of(LOWER_HEX, 32).map((random) => `shpat_${random}`),
  of(ALNUM, 35).map((random) => `AIza${random}`),
  of(ALNUM, 90).map((random) => `hvs.${random}`),
);
/** Secrets that only their names tell. */
const values = fc
  .oneof(of(LOWER_ALNUM, 20, 40), of(LOWER_HEX, 32), of(ALNUM, 24, 60))
  .filter((text) => /\d/.test(text));

const wrap =
  (before: string, after: string) =>
  (secret: string): string =>
    `${before}${secret}${after}`;
const anyCarriers = fc.constantFrom(
  wrap('', ''),
  wrap('got ', ' from peer'),
  wrap('{"a":"', '","b":1}'),
  wrap('{\\"a\\":\\"', '\\"}'),
  wrap('<v>', '</v>'),
  wrap('line\\n', '\\nline'),
  wrap('https://example.com/?x=', '&y=1'),
  wrap('(', ')'),
  wrap("['", "']"),
  wrap('é→', '←日本'),
);
const namedCarriers = fc.constantFrom(
  wrap('api_token=', ''),
  wrap('apiToken: ', ''),
  wrap('{"apiToken":"', '","b":1}'),
  wrap('{ "api-token" : "', '" }'),
  wrap('{\\"apiToken\\":\\"', '\\"}'),
  wrap('{\\\\\\"apiToken\\\\\\":\\\\\\"', '\\\\\\"}'),
  wrap('<apiToken>', '</apiToken>'),
  wrap('<add key="apiToken" value="', '"/>'),
  wrap('{"name":"API_TOKEN","value":"', '"}'),
  wrap("apiToken => '", "'"),
  wrap('apiToken := `', '`'),
  wrap('export API_TOKEN=', ' && run'),
  wrap('run --api-token ', ' --quiet'),
  wrap('run --api-token=', ' --quiet'),
  wrap('https://example.com/?api_token=', '&y=1'),
  wrap('Authorization: Bearer ', ''),
  wrap('-H "Authorization: Token ', '"'),
  wrap('X-Api-Token: ', '\r\nHost: a'),
  wrap('Config(apiToken=', ', retries=3)'),
  wrap('map[apiToken:', ' retries:3]'),
  wrap('&quot;apiToken&quot;:&quot;', '&quot;'),
  wrap('System.setProperty("API_TOKEN", "', '")'),
  wrap('apiToken:\n  ', ''),
  wrap('Server=db;Password=', ';Encrypt=true'),
  wrap('postgres://app:', '@db:5432/app'),
);
const noise = fc.string({ unit: 'grapheme', maxLength: 60 });

describe(`redaction of random text (FC_SEED=${seed})`, () => {
  test('never throws, and changes nothing the second time', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(...REDACTION_RULES.flatMap((rule) => rule.keywords)),
      fc.constantFrom(
        ...REDACTION_RULES.flatMap((rule) => rule.mustMatch.map((example) => example.text.slice(0, 300))),
      ),
      fc.constantFrom(
        '="',
        "='",
        ': ',
        '":"',
        '[redacted:named-value:3]',
        '[redacted:',
        ']',
        '\\"',
        '&quot;',
        '<',
        '</',
        '\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const once = redactor.text(parts.join(''));
        expect(redactor.text(once)).toBe(once);
      }),
      settings,
    );
  });

  test('finds a token by its form in any carrier and any surroundings', () => {
    fc.assert(
      fc.property(tokens, anyCarriers, noise, noise, (secret, carry, before, after) => {
        expect(redactor.text(`${before} ${carry(secret)} ${after}`)).not.toContain(secret);
      }),
      settings,
    );
  });

  test('finds a value by its name in any carrier', () => {
    fc.assert(
      fc.property(values, namedCarriers, (secret, carry) => {
        expect(redactor.text(carry(secret))).not.toContain(secret);
        expect(redactor.text(JSON.stringify({ message: carry(secret) }))).not.toContain(secret);
      }),
      settings,
    );
  });

  test('reports exactly what went, at places in the original', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, tokens), { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.map(([words, secret]) => `${words} ${secret} `).join('');
        const report = newRedactionReport();
        const masked = redactor.text(text, report);
        const { redacted, masks } = explainRedaction(redactor, text);
        expect(redacted).toBe(masked);
        expect(masks.reduce((sum, mask) => sum + mask.length, 0)).toBe(report.maskedLength);
        expect([...report.masksByRule.values()].reduce((sum, count) => sum + count, 0)).toBe(masks.length);
        for (const [, secret] of parts) {
          expect(masks.some((mask) => text.slice(mask.offset, mask.offset + mask.length).includes(secret))).toBe(true);
        }
      }),
      settings,
    );
  });

  test('walks any JSON without a throw, shows no secret of it, and is idempotent', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), tokens, fc.string(), (value, secret, key) => {
        const once = redactor.value({ [key]: value, list: [secret, { [secret]: `x ${secret}` }] });
        expect(JSON.stringify(once)).not.toContain(secret);
        expect(redactor.value(once)).toEqual(once);
      }),
      settings,
    );
  });
});
