import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_KEYS } from './event-keys.ts';
import { IS_WORDS } from './is-words.ts';
import { parseSearch } from './parse-search.ts';
import { issueKeys, resolveSearch } from './resolve-search.ts';

const manual = readFileSync(new URL('../../../../docs/issue-search.md', import.meta.url), 'utf8');
const sections = new Map(
  manual.split(/^## /m).map((section) => [section.split('\n')[0] ?? '', section.slice(section.indexOf('\n'))]),
);

/** The words in back quotes of the first column of the tables of a section. */
const firstColumn = (section: string | undefined): readonly string[] =>
  [...(section ?? '').matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word.toLowerCase()),
  );

test('the manual names every key and every word of is:, and no other', () => {
  const [keys = '', words = ''] = (sections.get('Facts of issues') ?? '').split('| `is:` |');
  expect(new Set(firstColumn(keys))).toEqual(new Set(issueKeys()));
  expect(new Set(firstColumn(`|${words}`))).toEqual(new Set(Object.keys(IS_WORDS)));
  expect(new Set(firstColumn(sections.get('Facts of events')))).toEqual(new Set([...Object.keys(EVENT_KEYS), 'users']));
});

test('every example of the manual is understood', () => {
  const world = {
    actor: { type: 'person', id: 'p' },
    nowMs: 0,
    projectsCalled: () => [],
    latestReleases: [],
  } as const;
  const inTables = [...manual.matchAll(/`([\w.-]+:[^`\s]+)`/g)].map(([, query = '']) => query);
  const blocks = [...manual.matchAll(/```\n([^`]+)\n```/g)].map(([, query = '']) => query);
  const examples = [...inTables, ...blocks].filter((query) => !query.startsWith('https:'));
  expect(examples.length).toBeGreaterThan(20);
  for (const query of examples) expect(() => resolveSearch(parseSearch(query), world), query).not.toThrow();
});
