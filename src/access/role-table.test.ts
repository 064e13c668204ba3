import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canReadGroup, effectiveActions, isAllowed, matchesPattern, ROLE_TABLE } from './role-table.ts';
import { systemActor } from './system-actor.ts';
import { ACTIONS, type Action, type Actor, ROLES, type Role } from './types.ts';

const actor = (roles: readonly Role[], more: Partial<Actor> = {}): Actor => ({
  ...{ type: 'person', id: 'p', name: 'p', roles, readableLogGroups: ['/app/*'], sourceIp: '', userAgent: '' },
  ...more,
});
const group = (name: string) => ({ type: 'log-group', name });

describe('patterns', () => {
  test('match whole names, and * any part of them', () => {
    const check = (pattern: string, name: string, expected: boolean) =>
      expect(matchesPattern(pattern, name), `${pattern} ${name}`).toBe(expected);
    check('/app/web', '/app/web', true);
    check('/app/web', '/app/web2', false);
    check('*', '', true);
    check('*', '/any/thing', true);
    check('/app/*', '/app/', true);
    check('/app/*', '/ap', false);
    check('*/web', '/app/web', true);
    check('/a*/w*b', '/app/web', true);
    check('a*a', 'a', false);
    check('ab*ba', 'aba', false);
    check('a*b*c', 'a-c-b', false);
    check('a*b*c', 'abbc', true);
    check('a**c', 'ac', true);
    check('*a*', 'bab', true);
    check('', '', true);
    check('', 'a', false);
    check('a.c', 'abc', false);
  });

  test('agree with a regular expression on short names', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (given, name) => {
        const source = given.split('*').map((part) => part.replaceAll('.', '\\.'));
        return matchesPattern(given, name) === new RegExp(`^${source.join('.*')}$`).test(name);
      }),
      { numRuns: 2000, verbose: true },
    );
  });
});

describe('the decision', () => {
  test('allows an admin and the parts of Holdfast everything, and a person without roles nothing', () => {
    for (const action of ACTIONS) {
      expect(isAllowed(actor(['admin']), action, group('/x'))).toBe(true);
      expect(isAllowed(systemActor('probe'), action, group('/x'))).toBe(true);
      expect(isAllowed(actor([]), action, group('/app/x'))).toBe(false);
    }
  });

  test('binds names and content of log groups to grants', () => {
    for (const action of ['logs:Read', 'logs:Describe'] as const) {
      expect(isAllowed(actor(['viewer']), action, group('/app/x'))).toBe(true);
      expect(isAllowed(actor(['viewer']), action, group('/other'))).toBe(false);
      expect(isAllowed(actor(['security']), action, group('/other'))).toBe(true);
    }
    expect(isAllowed(actor(['viewer']), 'logs:Describe', group('*'))).toBe(true);
    expect(isAllowed(actor(['viewer']), 'logs:Read', group('*'))).toBe(false);
    expect(isAllowed(actor(['viewer'], { readableLogGroups: ['*'] }), 'logs:Read', group('*'))).toBe(true);
  });

  test('lets a sender write and see names and releases, and never read what was sent', () => {
    const sender = actor(['sender'], { readableLogGroups: ['*'] });
    expect(isAllowed(sender, 'logs:Write', group('/any'))).toBe(true);
    expect(isAllowed(sender, 'logs:Describe', group('/any'))).toBe(true);
    expect(isAllowed(sender, 'logs:Read', group('/any'))).toBe(false);
    expect(canReadGroup(sender, '/any')).toBe(false);
    expect([...effectiveActions(sender)].sort()).toEqual([
      'logs:Describe',
      'logs:Write',
      'metrics:Write',
      'releases:Read',
      'releases:Write',
      'traces:Write',
    ]);
  });

  test('takes away by scopes and never adds', () => {
    const writer = actor(['admin'], { scopes: ['logs:Write'] });
    expect(isAllowed(writer, 'logs:Write', group('/any'))).toBe(true);
    expect(isAllowed(writer, 'logs:Read', group('/any'))).toBe(false);
    const viewer = actor(['viewer'], { scopes: ['logs:Write', 'access:Manage'] });
    expect([...effectiveActions(viewer)]).toEqual([]);
  });

  test('gives security every reading action and no other but describing', () => {
    const others = [...effectiveActions({ roles: ['security'] })].filter((action) => !action.endsWith(':Read'));
    expect(others).toEqual(['logs:Describe']);
  });
});

test('the table in docs/access.md is the table in the code', () => {
  const text = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
  const rows = new Map([...text.matchAll(/^\| `([a-z]+:[A-Z][a-z]+)` \|(.*)\|$/gm)].map((row) => [row[1], row[2]]));
  expect(new Set(rows.keys())).toEqual(new Set(ACTIONS));
  const header = /^\| action \|(.*)\|$/m
    .exec(text)?.[1]
    ?.split('|')
    .map((cell) => cell.trim());
  expect(header).toEqual([...ROLES]);
  for (const action of ACTIONS) {
    const cells = rows
      .get(action)
      ?.split('|')
      .map((cell) => cell.trim() !== '');
    expect(cells, action).toEqual(ROLES.map((role) => ROLE_TABLE[role].actions.includes(action as Action)));
  }
});
