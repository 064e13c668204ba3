import { expect, test } from 'vitest';
import { DAY_MS } from '../../base/index.ts';
import { dsnOf, securityUrlOf } from './dsn.ts';
import { acceptedSlug, slugOf } from './names.ts';
import { changedSettings, withDefaults } from './settings.ts';

const NOW = 1_800_000_000_000;
const grouping = {
  versions: ['v1', 'v2'],
  defaultVersion: 'v2',
  mistakes: ({ fingerprintRules }: { readonly fingerprintRules: string }) =>
    fingerprintRules.includes('nonsense')
      ? [
          {
            rules: 'fingerprint' as const,
            line: 2,
            column: 1,
            message: 'there is no arrow',
            hint: 'write matcher -> value',
          },
        ]
      : [],
};
const before = withDefaults({ groupingVersion: 'v1' });
const change = (changes: Parameters<typeof changedSettings>[1]) =>
  changedSettings(before, changes, { grouping, nowMs: NOW });

test('another grouping keeps the one before it for a month, and any other change leaves it alone', () => {
  expect(change({ retentionDays: 30 })).toMatchObject({ groupingVersion: 'v1', retentionDays: 30 });
  expect(change({ retentionDays: 30 }).previousGroupingVersion).toBeUndefined();
  const changed = change({ groupingVersion: 'v2' });
  expect(changed).toMatchObject({ previousGroupingVersion: 'v1', previousUntilMs: NOW + 30 * DAY_MS });
  const again = changedSettings(changed, { resolveAfterDays: 14 }, { grouping, nowMs: NOW + DAY_MS });
  expect(again).toMatchObject({ previousGroupingVersion: 'v1', previousUntilMs: NOW + 30 * DAY_MS });
  expect(() => change({ groupingVersion: 'v9' })).toThrow(/not one of v1, v2/);
});

test('settings that cannot be are refused with what is wrong about them', () => {
  expect(() => change({ retentionDays: 0 })).toThrow(/retentionDays.*0 is not a whole number/);
  expect(() => change({ retentionDays: 1.5 })).toThrow(/retentionDays/);
  expect(() => change({ limitsPerMinute: { error: -1 } })).toThrow(/error is -1/);
  expect(() => change({ fingerprintRules: 'a\nnonsense' })).toThrow(/line 2 of the fingerprint rules.*arrow/);
  expect(() => change({ fingerprintRules: 'x'.repeat(70_000) })).toThrow(/70000 characters/);
  expect(() => change({ allowedOrigins: ['https://shop.example/path'] })).toThrow(/allowedOrigins/);
});

test('origins are compared in one form, and each is kept once', () => {
  const { allowedOrigins } = change({
    allowedOrigins: ['https://Shop.example/', 'https://shop.example', '*.example.org', 'http://localhost:*', '*'],
  });
  expect(allowedOrigins).toEqual(['https://shop.example', '*.example.org', 'http://localhost:*', '*']);
});

test('what a row does not say has its default, one by one', () => {
  expect(withDefaults({ keeps: { minidumps: true } as never }).keeps).toEqual({
    attachments: true,
    replays: true,
    profiles: true,
    minidumps: true,
  });
});

test('a slug is made of the name, and never looks like an id', () => {
  const none = () => false;
  expect(slugOf('Shop — Bäcker & Söhne', none)).toBe('shop-backer-sohne');
  expect(slugOf('Shop', (slug) => slug === 'shop' || slug === 'shop-2')).toBe('shop-3');
  expect(slugOf('42', none)).toBe('project-42');
  expect(slugOf('日本', none)).toBe('project');
  for (const name of ['Shop — Bäcker & Söhne', '42', '日本', 'x'.repeat(200), '---']) {
    expect(acceptedSlug(slugOf(name, none))).toMatch(/[a-z]/);
  }
  for (const slug of ['42', 'Shop', '-a', 'a-', 'a b', '', 'a'.repeat(51), '../x']) {
    expect(() => acceptedSlug(slug)).toThrow(/not allowed/);
  }
});

test('a DSN carries the path that a proxy puts before it', () => {
  const key = { publicKey: 'a'.repeat(32), projectId: '7' };
  expect(dsnOf('http://127.0.0.1:8100', key)).toBe(`http://${key.publicKey}@127.0.0.1:8100/7`);
  expect(dsnOf('https://ops.example/holdfast/', key)).toBe(`https://${key.publicKey}@ops.example/holdfast/7`);
  expect(securityUrlOf('https://ops.example/holdfast/', key)).toBe(
    `https://ops.example/holdfast/api/7/security/?sentry_key=${key.publicKey}`,
  );
});
