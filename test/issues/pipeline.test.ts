import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Failure, isFailure } from '../../src/base/index.ts';
import { CATALOG_FAILURES } from '../../src/catalog/index.ts';
import { type ErrorPipelineDeps, ISSUES_PIPELINE_FAILURES } from '../../src/issues/pipeline/index.ts';
import type { GroupingResult } from '../../src/issues/types.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';
import { failure, incoming, newEventId, type OpenPipeline, openPipeline, PROJECT } from './open-pipeline.ts';

let postgres: ServerForTest;
let folder: string;
let opened: OpenPipeline | undefined;
let databases = 0;
let url: string;

beforeAll(async () => {
  postgres = await serverForTest();
});
afterAll(async () => {
  await postgres.remove();
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** A pipeline over empty stores. */
async function open(change?: (deps: ErrorPipelineDeps) => ErrorPipelineDeps): Promise<OpenPipeline> {
  databases += 1;
  const client = new pg.Client({ connectionString: postgres.server.superuserUrl });
  await client.connect();
  await client.query(`CREATE DATABASE pipeline_${databases} OWNER holdfast`);
  await client.end();
  const address = new URL(postgres.server.url);
  address.pathname = `/pipeline_${databases}`;
  url = address.href;
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pipeline-'));
  return await reopen(change);
}

/** The same stores again, as after a restart. */
async function reopen(change?: (deps: ErrorPipelineDeps) => ErrorPipelineDeps): Promise<OpenPipeline> {
  await opened?.close();
  opened = undefined;
  opened = await openPipeline({ folder, url, ...(change === undefined ? {} : { change }) });
  return opened;
}

const stored = async ({ telemetry }: OpenPipeline): Promise<number> => {
  const { rows } = await telemetry.query<{ n: string }>({ sql: 'SELECT count() AS n FROM error_events' });
  return Number(rows[0]?.n);
};
const quantity = ({ counts }: OpenPipeline, outcome: string): number =>
  counts.filter((count) => count.outcome === outcome).reduce((sum, count) => sum + count.quantity, 0);
const several = (count: number, type = 'Bulk') => Array.from({ length: count }, () => incoming(failure(type)));

describe('the pipeline of events', () => {
  it('stores, groups and counts what it took', async () => {
    const open1 = await open();
    await open1.pipeline.events([incoming(failure('A')), incoming(failure('A')), incoming(failure('B'))]);
    await open1.pipeline.drain();
    expect(await stored(open1)).toBe(3);
    expect(await open1.tracker.counted()).toBe(3);
    const { rows } = await open1.telemetry.query<{ title: string; n: string; hashes: string }>({
      sql: 'SELECT title, count() AS n, uniqExact(hash_id) AS hashes FROM error_events GROUP BY title ORDER BY title',
    });
    expect(rows).toEqual([
      { title: 'A: it broke', n: '2', hashes: '1' },
      { title: 'B: it broke', n: '1', hashes: '1' },
    ]);
    expect(quantity(open1, 'accepted')).toBe(3);
    expect(open1.pipeline.status()).toMatchObject({ state: 'running', waitingEvents: 0, processedEvents: 3 });
  });

  it('takes the same event once, in one call, later, and after a restart', async () => {
    const first = await open();
    const event = incoming(failure('A'));
    await first.pipeline.events([event, event]);
    await first.pipeline.events([{ ...event, receivedMs: Date.now() }]);
    await first.pipeline.drain();
    await first.pipeline.events([event, incoming(failure('A'))]);
    await first.pipeline.drain();
    expect(await stored(first)).toBe(2);
    expect(quantity(first, 'duplicate')).toBe(3);
    const second = await reopen();
    await second.pipeline.events([event]);
    await second.pipeline.drain();
    expect(await stored(second)).toBe(2);
    expect(await second.tracker.counted()).toBe(2);
    expect(quantity(second, 'duplicate')).toBe(1);
  });

  it('knows an old event again whose time could not be kept, after a restart too', async () => {
    const first = await open();
    const event = incoming({ ...failure('Old'), timestamp: '2019-03-04T05:06:07Z' });
    await first.pipeline.events([event]);
    await first.pipeline.drain();
    const second = await reopen();
    await second.pipeline.events([{ ...event, receivedMs: Date.now() }]);
    await second.pipeline.drain();
    expect(await stored(second)).toBe(1);
  });

  it('holds the queue while PostgreSQL is away, says so, and loses and doubles nothing', async () => {
    let away = true;
    const open1 = await open((deps) => ({
      ...deps,
      tracker: {
        ...deps.tracker,
        assign: async (events) => {
          if (away) throw new Failure(CATALOG_FAILURES.unavailable, { reason: 'a test' });
          return await deps.tracker.assign(events);
        },
      },
    }));
    for (let call = 0; call < 5; call += 1) await open1.pipeline.events(several(20));
    await expect.poll(() => open1.pipeline.status().state).toBe('blind');
    expect(open1.pipeline.status().waitingEvents).toBe(100);
    expect(await stored(open1)).toBe(0);
    away = false;
    await open1.pipeline.drain();
    expect(await stored(open1)).toBe(100);
    expect(await open1.tracker.counted()).toBe(100);
    expect(open1.pipeline.status().state).toBe('running');
  });

  it('counts once when the answer to a commit or to an insert is lost', async () => {
    let lostCommits = 2;
    let lostInserts = 2;
    const open1 = await open((deps) => ({
      ...deps,
      tracker: {
        ...deps.tracker,
        record: async (batch) => {
          await deps.tracker.record(batch);
          lostCommits -= 1;
          if (lostCommits >= 0) throw new Failure(CATALOG_FAILURES.unavailable, { reason: 'the answer was lost' });
        },
      },
      telemetry: {
        ...deps.telemetry,
        appendErrorEvents: async (rows) => {
          await deps.telemetry.appendErrorEvents(rows);
          lostInserts -= 1;
          if (lostInserts >= 0) throw new Failure(CATALOG_FAILURES.unavailable, { reason: 'the answer was lost' });
        },
      },
    }));
    for (let call = 0; call < 4; call += 1) {
      await open1.pipeline.events(several(7));
      await open1.pipeline.drain();
    }
    expect(await stored(open1)).toBe(28);
    expect(await open1.tracker.counted()).toBe(28);
    expect(lostCommits).toBeLessThan(0);
    expect(lostInserts).toBeLessThan(0);
  });

  it('groups an event by the fallback when grouping or finding its issue fails for it alone', async () => {
    const open1 = await open((deps) => ({
      ...deps,
      grouping: {
        ...deps.grouping,
        group: (event, settings): GroupingResult => {
          if (event.exceptions[0]?.type === 'Unreadable') throw new Error('a bug of grouping');
          return deps.grouping.group(event, settings);
        },
      },
      tracker: {
        ...deps.tracker,
        assign: async (events) => {
          const isPoison = events.some(
            ({ event, grouping }) => event.exceptions[0]?.type === 'Poison' && grouping.version !== 'fallback',
          );
          if (isPoison) throw new Error('a bug of tracking');
          return await deps.tracker.assign(events);
        },
      },
    }));
    const poison = incoming(failure('Poison'));
    await open1.pipeline.events([...several(5), poison, incoming(failure('Unreadable')), ...several(5)]);
    await open1.pipeline.drain();
    expect(await stored(open1)).toBe(12);
    expect(await open1.tracker.counted()).toBe(12);
    const { rows } = await open1.telemetry.query<{ title: string }>({
      sql: 'SELECT title FROM error_events WHERE event_id = {id:String}',
      params: { id: poison.eventId },
    });
    expect(rows).toEqual([{ title: 'Poison: it broke' }]);
  });

  it('keeps an event whose source maps cannot be applied, and says so in it', async () => {
    const open1 = await open((deps) => ({
      ...deps,
      symbolicator: {
        symbolicate: async () => {
          throw new Error('a bug of symbolication');
        },
      },
    }));
    await open1.pipeline.events([incoming(failure('A'))]);
    await open1.pipeline.drain();
    const { rows } = await open1.telemetry.query<{ payload: string }>({ sql: 'SELECT payload FROM error_events' });
    expect(JSON.parse(rows[0]?.payload ?? '').remarks).toEqual([
      { field: 'stacktrace', reason: 'source maps could not be applied' },
    ]);
  });

  it('goes on where the last run ended, with what was only in the inbox', async () => {
    const first = await open((deps) => ({
      ...deps,
      tracker: { ...deps.tracker, assign: () => new Promise<never>(() => undefined) },
    }));
    await first.pipeline.events(several(600));
    expect(first.pipeline.status().waitingEvents).toBe(600);
    // Its processor never ends: only the stores are closed, as a crash would.
    await Promise.all([first.telemetry.close(), first.catalog.close()]);
    opened = undefined;
    const second = await reopen();
    await second.pipeline.events(several(10));
    await second.pipeline.drain();
    expect(await stored(second)).toBe(610);
    expect(await second.tracker.counted()).toBe(610);
  });

  it('refuses events before it was started and after it was closed', async () => {
    const open1 = await open();
    await open1.pipeline.close();
    const error: unknown = await open1.pipeline.events([incoming(failure('A'))]).catch((reason: unknown) => reason);
    expect(isFailure(error, ISSUES_PIPELINE_FAILURES.notRunning)).toBe(true);
    expect(open1.pipeline.status().state).toBe('stopped');
  });

  it('leaves out events of a project that was removed meanwhile, and goes on', async () => {
    const open1 = await open();
    const gone = { ...PROJECT, id: '8' };
    await open1.pipeline.events([incoming(failure('A'), { project: gone }), incoming(failure('A'))]);
    await open1.pipeline.drain();
    expect(await stored(open1)).toBe(1);
    expect(open1.counts).toContainEqual(
      expect.objectContaining({ projectId: '8', outcome: 'invalid', reason: 'project-gone', quantity: 1 }),
    );
  });
});

describe('what is kept beside events', () => {
  const TOKEN = ['ghp', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'].join('_');

  it('is stored with its secrets masked where it is text, and marked where it is not', async () => {
    const open1 = await open();
    const attachment = (filename: string, bytes: Buffer) => ({
      filename,
      contentType: 'application/octet-stream',
      attachmentType: 'event.attachment',
      bytes,
    });
    const event = incoming(failure('A'), {
      attachments: [
        attachment('log.txt', Buffer.from(`one\npassword=hunter2hunter2\n${TOKEN}\nend`)),
        attachment('picture.png', Buffer.from([0x89, 0x50, 0, 1, 2, 255])),
      ],
    });
    await open1.pipeline.events([event]);
    await open1.pipeline.events([event]);
    const rows = await open1.catalog
      .db<{ error_attachments: { filename: string; is_redacted: boolean; owner_id: string; blob_id: string } }>()
      .selectFrom('error_attachments')
      .selectAll()
      .orderBy('filename')
      .execute();
    expect(rows.map(({ filename, is_redacted, owner_id }) => [filename, is_redacted, owner_id])).toEqual([
      ['log.txt', true, event.eventId],
      ['picture.png', false, event.eventId],
    ]);
    const text = open1.blobs.kept.get(rows[0]?.blob_id ?? '')?.toString() ?? '';
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('hunter2');
    expect(text).toMatch(/^one\n[\s\S]*\nend$/);
    expect(open1.blobs.kept.get(rows[1]?.blob_id ?? '')).toEqual(Buffer.from([0x89, 0x50, 0, 1, 2, 255]));
  });

  it('links feedback to the issue of its event, whichever comes first', async () => {
    const open1 = await open();
    const feedback = (eventId: string) => ({
      project: PROJECT,
      feedbackId: newEventId(),
      eventId,
      timeMs: Date.now(),
      name: 'Ada',
      email: 'ada@example.org',
      message: `it broke, my token is ${TOKEN}`,
      url: '',
      source: 'widget',
      environment: 'production',
      release: '',
    });
    const early = incoming(failure('Early'));
    const late = incoming(failure('Late'));
    await open1.pipeline.feedback([feedback(early.eventId)]);
    await open1.pipeline.events([early, late]);
    await open1.pipeline.drain();
    const twice = feedback(late.eventId);
    await open1.pipeline.feedback([twice]);
    await open1.pipeline.feedback([twice]);
    const rows = await open1.catalog
      .db<{ error_feedback: { hash_id: number | null; message: string; position: number } }>()
      .selectFrom('error_feedback')
      .selectAll()
      .orderBy('position')
      .execute();
    expect(rows).toHaveLength(2);
    expect(new Set(rows.map(({ hash_id }) => hash_id)).size).toBe(2);
    expect(rows.every(({ hash_id }) => hash_id !== null)).toBe(true);
    expect(rows.some(({ message }) => message.includes(TOKEN))).toBe(false);
  });
});
