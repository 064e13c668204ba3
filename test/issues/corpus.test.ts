import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/base/index.ts';
import { createEventStore } from '../../src/issues/store/index.ts';
import type { IncomingEvent, JsonObject } from '../../src/issues/types.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';
import { incoming, type OpenPipeline, openPipeline, PROJECT } from './open-pipeline.ts';

const CORPUS = '/work/shared/corpora/sentry-events-visible.tar.gz';

if (!existsSync(CORPUS)) console.warn(`events of many SDKs are left out: ${CORPUS} is not here`);

describe.skipIf(!existsSync(CORPUS))('events of many SDKs', () => {
  let folder: string;
  let postgres: ServerForTest;
  let opened: OpenPipeline;
  let events: readonly IncomingEvent[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-corpus-'));
    expect(spawnSync('tar', ['xzf', CORPUS, '-C', folder, '--strip-components=1']).status).toBe(0);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
    events = await Promise.all(
      files.map(async (name) =>
        incoming({ ...(JSON.parse(await readFile(join(folder, name), 'utf8')) as JsonObject) }),
      ),
    );
    postgres = await serverForTest();
    opened = await openPipeline({ folder: join(folder, 'data'), url: postgres.server.url });
  });
  afterAll(async () => {
    await opened.close();
    await postgres.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('are all accepted, stored, grouped and found, and sending them again changes nothing', async () => {
    expect(events.length).toBeGreaterThan(50);
    await opened.pipeline.events(events);
    await opened.pipeline.drain();
    const store = createEventStore(opened);
    const all = { projectIds: [PROJECT.id], fromMs: Date.now() - 40 * DAY_MS, toMs: Date.now() };
    const listed = await store.list(all, { limit: 1000 });
    expect(listed.map(({ eventId }) => eventId).sort()).toEqual(events.map(({ eventId }) => eventId).sort());
    for (const { title, eventId, platform } of listed) {
      expect(title, eventId).not.toBe('');
      expect(platform, eventId).not.toBe('');
    }
    const counted = await opened.tracker.counted();
    const groups = await store.findHashes(all);
    await opened.pipeline.events(events.map((event) => ({ ...event, receivedMs: Date.now() })));
    await opened.pipeline.drain();
    expect(await opened.tracker.counted()).toBe(counted);
    expect(await store.list(all, { limit: 1000 })).toEqual(listed);
    expect(new Set(await store.findHashes(all))).toEqual(new Set(groups));
    expect(opened.counts.filter(({ outcome }) => outcome === 'invalid')).toEqual([]);
  });
});
