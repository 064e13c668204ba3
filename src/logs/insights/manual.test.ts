import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UNAVAILABLE_COMMANDS } from './command-table.ts';
import { checkInsights, INSIGHTS_LIMITS, insightsCommands, insightsFunctions, knownFields } from './index.ts';

const manual = readFileSync(new URL('../../../docs/query-language.md', import.meta.url), 'utf8');
const inTable = (text: string): string => text.replaceAll('|', '\\|');

describe('the manual of the query language', () => {
  const examples = [...manual.matchAll(/```insights\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(10);
  });
  for (const example of examples) {
    it(`shows a query that is understood: ${example.trim().split('\n').at(-1)}`, () => {
      expect(checkInsights(example).mistakes).toEqual([]);
    });
  }
  it('names every command, function and field as they are', () => {
    const missing = [
      ...insightsCommands.flatMap(({ usage, help, example }) => [usage, help, example]),
      ...insightsFunctions.flatMap(({ signature, help, example }) => [signature, help, example]),
      ...knownFields.flatMap(({ name, help }) => [name, help]),
    ].filter((text) => !manual.includes(inTable(text)));
    expect(missing).toEqual([]);
  });
  it('names every command that is refused', () => {
    expect([...UNAVAILABLE_COMMANDS.keys()].filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
  });
  it('tells the limits as they are', () => {
    const { queryCharacters, commands, nesting, listItems, regexCharacters, captures, rows } = INSIGHTS_LIMITS;
    for (const limit of [queryCharacters, commands, nesting, listItems, regexCharacters, captures, rows]) {
      expect(manual).toMatch(new RegExp(`^\\| .* \\| ${limit.toLocaleString('en')} \\|$`, 'm'));
    }
  });
});
