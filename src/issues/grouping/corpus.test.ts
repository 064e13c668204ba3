import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedactor, newRedactionReport } from '../../redact/index.ts';
import { createNormalizeEvent } from '../events/index.ts';
import type { GroupingResult, IncomingEvent, JsonObject, Project } from '../types.ts';
import { PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';
import { GROUPING_VERSIONS } from './versions.ts';

const CORPUS = '/work/shared/corpora/sentry-events-visible.tar.gz';

const PROJECT: Project = {
  id: '1',
  slug: 'corpus',
  name: 'Corpus',
  platform: 'other',
  createdMs: 0,
  isInternal: false,
  settings: {
    retentionDays: 90,
    groupingVersion: PLAIN_SETTINGS.version,
    fingerprintRules: '',
    enhancementRules: '',
    allowedOrigins: ['*'],
    limitsPerMinute: {},
    keeps: { attachments: false, replays: false, profiles: false, minidumps: false },
    resolveAfterDays: 0,
  },
};

const incoming = (payload: JsonObject): IncomingEvent => ({
  project: PROJECT,
  eventId: '0'.repeat(32),
  receivedMs: 1_780_000_000_000,
  client: 'test/1',
  payload,
  attachments: [],
  sourceIp: '',
  userAgent: '',
});

describe.skipIf(!existsSync(CORPUS))('events of many SDKs (the corpus is not on every machine)', () => {
  const { group } = createGrouping();
  const normalize = createNormalizeEvent({ redactor: createRedactor() });
  const results = new Map<string, Map<string, GroupingResult>>();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-corpus-'));

  beforeAll(() => {
    execFileSync('tar', ['xzf', CORPUS, '-C', folder, '--strip-components=1']);
    for (const file of readdirSync(folder).toSorted()) {
      const event = normalize(
        incoming(JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject),
        newRedactionReport(),
      );
      const byVersion = GROUPING_VERSIONS.map(
        ({ id }) => [id, group(event, { ...PLAIN_SETTINGS, version: id })] as const,
      );
      results.set(file.replace('.json', ''), new Map(byVersion));
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const resultOf = (name: string, version: string = PLAIN_SETTINGS.version): GroupingResult => {
    const result = results.get(name)?.get(version);
    if (result === undefined) throw new Error(`no result for ${name}`);
    return result;
  };

  test('hashes are those that were stored', async () => {
    for (const { id } of GROUPING_VERSIONS) {
      const lines = [...results.keys()].map((name) => {
        return `${name} ${resultOf(name, id).hashes.join(' ')}`;
      });
      expect(lines).toHaveLength(86);
      await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`./goldens/corpus-${id.replace(':', '-')}.txt`);
    }
  });

  test('the same failure in several browsers is one group', () => {
    const first = resultOf('sentry__javascript-xbrowser-http-chrome').hashes;
    expect(resultOf('sentry__javascript-xbrowser-http-firefox').hashes).toEqual(first);
    expect(resultOf('sentry__javascript-xbrowser-http-safari').hashes).toEqual(first);
  });

  test('no two failures share a group but those that are alike', () => {
    const owners = new Map<string, string[]>();
    for (const name of results.keys()) {
      for (const hash of resultOf(name).hashes) owners.set(hash, [...(owners.get(hash) ?? []), name]);
    }
    const shared = [...owners.values()].filter((names) => names.length > 1).map((names) => names.join(' '));
    expect([...new Set(shared)].toSorted()).toMatchInlineSnapshot(`
      [
        "bugsink__111 bugsink__130-w-tuple bugsink__130",
        "bugsink__headers_as_lists bugsink__weird_ua",
        "bugsink__uglifyjs-minified-sourcemaps-in-bundle-multi-file bugsink__uglifyjs-minified-sourcemaps-in-bundle",
        "sentry__javascript-xbrowser-edge sentry__javascript-xbrowser-firefox",
        "sentry__javascript-xbrowser-http-chrome sentry__javascript-xbrowser-http-firefox sentry__javascript-xbrowser-http-safari",
      ]
    `);
  });
});
