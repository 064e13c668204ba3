import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createRedactor } from './index.ts';

const CORPUS = '/work/shared/corpora/secrets-visible.jsonl.gz';
const RECALL_FLOOR = 0.995;
const MASKED_HARMLESS_CEILING = 0.1;

interface Row {
  readonly rule: string;
  readonly label: 'tp' | 'fp';
  readonly text: string;
  readonly secret?: string;
}

interface Score {
  secrets: number;
  missed: number;
  texts: number;
  untouched: number;
  harmless: number;
  masked: number;
}

const readRows = (): readonly Row[] =>
  gunzipSync(readFileSync(CORPUS))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

/** The secret is given for some rows only; in the others something must have been masked. */
function score(rows: readonly Row[]): Map<string, Score> {
  const redactor = createRedactor();
  const positives = new Set(rows.filter((row) => row.label === 'tp').map((row) => row.text));
  const scores = new Map<string, Score>();
  for (const row of rows) {
    const family = scores.get(row.rule) ?? { secrets: 0, missed: 0, texts: 0, untouched: 0, harmless: 0, masked: 0 };
    scores.set(row.rule, family);
    const masked = redactor.text(row.text);
    if (row.label === 'fp') {
      // The same text stands as a secret of another family: it cannot be judged both ways.
      if (positives.has(row.text)) continue;
      family.harmless += 1;
      if (masked !== row.text) family.masked += 1;
    } else if (row.secret !== undefined) {
      family.secrets += 1;
      if (masked.includes(row.secret)) family.missed += 1;
    } else if (row.text !== '') {
      family.texts += 1;
      if (masked === row.text) family.untouched += 1;
    }
  }
  return scores;
}

const total = (scores: ReadonlyMap<string, Score>, key: keyof Score): number =>
  [...scores.values()].reduce((sum, family) => sum + family[key], 0);

describe.skipIf(!existsSync(CORPUS))(`the corpus at ${CORPUS} (skipped where it is absent)`, () => {
  const scores = existsSync(CORPUS) ? score(readRows()) : new Map<string, Score>();
  const recall = 1 - total(scores, 'missed') / total(scores, 'secrets');
  const touched = 1 - total(scores, 'untouched') / total(scores, 'texts');
  const maskedHarmless = total(scores, 'masked') / total(scores, 'harmless');

  test('loses its secrets', () => {
    const misses = [...scores].filter(([, family]) => family.missed + family.untouched + family.masked > 0);
    console.table(Object.fromEntries(misses));
    console.log(
      `recall ${(100 * recall).toFixed(2)} % of ${total(scores, 'secrets')} secrets; ${(100 * touched).toFixed(2)} % of ` +
        `${total(scores, 'texts')} further positive texts masked; ${total(scores, 'masked')} of ` +
        `${total(scores, 'harmless')} harmless texts masked (${(100 * maskedHarmless).toFixed(2)} %)`,
    );
    expect(recall).toBeGreaterThanOrEqual(RECALL_FLOOR);
    expect(touched).toBeGreaterThanOrEqual(RECALL_FLOOR - 0.005);
  });

  test('keeps most of what only resembles secrets', () => {
    expect(maskedHarmless).toBeLessThanOrEqual(MASKED_HARMLESS_CEILING);
  });
});
