import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type ClosableSymbolicator,
  createNormalizeEvent,
  createSymbolicator,
  type Frame,
  type JsonObject,
  type NormalizedEvent,
} from '../../src/issues/index.ts';
import { createRedactor, newRedactionReport } from '../../src/redact/index.ts';
import { buildSite, CART, serveSite } from './minified-site.ts';
import { builder, openReleasesForTest, projectOf, type ReleasesForTest } from './open-releases.ts';
import { runSentryCli } from './run-sentry-cli.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const redactor = createRedactor();

let lab: ReleasesForTest;
let symbolicator: ClosableSymbolicator;
let browser: Browser;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-source-maps-'));
  lab = await openReleasesForTest();
  symbolicator = createSymbolicator({ releases: lab.releases, redactor });
});
afterAll(async () => {
  await symbolicator.close();
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(!existsSync(CHROMIUM))('an error of a minified page in a real browser', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(() => browser.close());

  test('leads to the source by debug ids that sentry-cli put in', async () => {
    const site = path.join(folder, 'by-debug-id');
    await buildSite(site);
    const inject = await runSentryCli(lab.url, ['sourcemaps', 'inject', 'static'], { cwd: site });
    expect(inject).toMatchObject({ code: 0 });
    const event = await clickAndNormalize(site, {});
    expect(event.debugImages).toHaveLength(1);

    const before = await symbolicator.symbolicate(event);
    expect(lastFrame(before).filename).toContain('app.min.js');
    expect(before.remarks.map(({ reason }) => reason).join()).toMatch(
      /no source map was uploaded for its debug id .*sentry-cli/,
    );

    const upload = await runSentryCli(lab.url, ['sourcemaps', 'upload', 'static'], { cwd: site });
    expect(upload).toMatchObject({ code: 0 });
    // What was missing is found as soon as it was uploaded.
    expectOriginal(await symbolicator.symbolicate(event), 'debug-id');
    // An event that was kept as it came is mapped when it is asked again.
    expectOriginal(await symbolicator.symbolicate(before), 'debug-id');
  });

  test('leads to the source by release, dist and address', async () => {
    const site = path.join(folder, 'by-release');
    await buildSite(site);
    const words = [
      'sourcemaps',
      'upload',
      '--release',
      'shop@2.0.0+7',
      '--dist',
      'web',
      '--url-prefix',
      '~/static',
      'static',
    ];
    expect(await runSentryCli(lab.url, words, { cwd: site })).toMatchObject({ code: 0 });
    const event = await clickAndNormalize(site, { release: 'shop@2.0.0+7', dist: 'web' });
    expect(event.debugImages).toHaveLength(0);
    expectOriginal(await symbolicator.symbolicate(event), 'release');

    const otherDist = await symbolicator.symbolicate({ ...event, dist: 'mobile' });
    expect(lastFrame(otherDist).filename).toContain('app.min.js');
    expect(otherDist.remarks.map(({ reason }) => reason).join()).toContain('nothing was uploaded for the release');
  });

  test('does not lead to the source of another project', async () => {
    const site = path.join(folder, 'by-debug-id');
    const event = await clickAndNormalize(site, {});
    const elsewhere = await symbolicator.symbolicate({ ...event, projectId: '2' });
    expect(lastFrame(elsewhere).filename).toContain('app.min.js');
  });
});

describe('an event whose bundle was uploaded', () => {
  const SECRET = `ghp_${'aB3dE5fG7h'.repeat(4).slice(0, 36)}`;
  const SOURCE = ['const a = 1;', `const token = "${SECRET}"; throw new Error("x");`, 'a;'].join('\n');
  const map = (more: object): string =>
    JSON.stringify({ version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AACA', ...more });
  const upload = async (
    release: string,
    files: Readonly<Record<string, { url: string; type: string; text: string }>>,
  ) => {
    const entries = Object.entries(files).map(([name, { text }]) => [name, strToU8(text)] as const);
    const listed = Object.fromEntries(Object.entries(files).map(([name, { url, type }]) => [name, { url, type }]));
    const bytes = zipSync({
      ...Object.fromEntries(entries),
      'manifest.json': strToU8(JSON.stringify({ files: listed })),
    });
    const sha1 = createHash('sha1').update(bytes).digest('hex');
    await lab.releases.uploads.putChunk(builder, { sha1, bytes });
    const request = { checksum: sha1, chunks: [sha1], projectIds: ['1'], release };
    expect(await lab.releases.uploads.assemble(builder, request)).toEqual({ type: 'done' });
  };
  const eventOf = (release: string): NormalizedEvent => {
    const frames = [{ filename: 'a.js', abs_path: 'https://x.example/s/a.js', lineno: 1, colno: 1, function: '?' }];
    return normalized({
      release,
      platform: 'javascript',
      exception: { values: [{ type: 'E', stacktrace: { frames } }] },
    });
  };
  const inline = `data:application/json;base64,${Buffer.from(map({ sourcesContent: [SOURCE] })).toString('base64')}`;

  test('is mapped by a map that is inline, and no secret of the source comes with it', async () => {
    await upload('inline@1', {
      a: { url: '~/s/a.js', type: 'minified_source', text: `a();\n//# sourceMappingURL=${inline}` },
    });
    const mapped = await symbolicator.symbolicate(eventOf('inline@1'));
    expect(lastFrame(mapped)).toMatchObject({ lineno: 2, module: 'src/a', preContext: ['const a = 1;'] });
    expect(lastFrame(mapped).contextLine).toMatch(/^const token = "\[redacted:[^\]]+\]"; throw/);
    expect(JSON.stringify(mapped)).not.toContain(SECRET);
  });

  test('is shown with a source file that lies beside a map without texts', async () => {
    await upload('beside@1', {
      a: { url: '~/s/a.js', type: 'minified_source', text: 'a();\n//# sourceMappingURL=a.js.map' },
      b: { url: '~/s/a.js.map', type: 'source_map', text: map({}) },
      c: { url: '~/src/a.ts', type: 'source', text: SOURCE },
    });
    expect(lastFrame(await symbolicator.symbolicate(eventOf('beside@1'))).contextLine).toContain('throw new Error');
  });

  test.each([
    ['damaged', 'this is no map', /the source map ~\/s\/a.js.map cannot be read/],
    ['missing', undefined, /names the source map a.js.map, which was not uploaded with it/],
  ])('with a %s map is kept as it is, and says so', async (name, text, reason) => {
    const minified = { url: '~/s/a.js', type: 'minified_source', text: 'a();\n//# sourceMappingURL=a.js.map' };
    const beside = text === undefined ? {} : { b: { url: '~/s/a.js.map', type: 'source_map', text } };
    await upload(`${name}@1`, { a: minified, ...beside });
    const event = eventOf(`${name}@1`);
    const kept = await symbolicator.symbolicate(event);
    expect(kept.exceptions).toEqual(event.exceptions);
    expect(kept.remarks.at(-1)?.reason).toMatch(reason);
  });

  test('costs little when it comes again and again', async () => {
    const events = Array.from({ length: 500 }, () => eventOf('beside@1'));
    const startMs = performance.now();
    for (const event of events) await symbolicator.symbolicate(event);
    // A lookup, a map or a file that was read anew for each would take many times as long.
    expect((performance.now() - startMs) / events.length).toBeLessThan(5);
  });
});

async function clickAndNormalize(
  site: string,
  settings: { readonly release?: string; readonly dist?: string },
): Promise<NormalizedEvent> {
  const served = await serveSite(site, settings);
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    await page.click('button');
    await vi.waitFor(() => expect(served.events).toHaveLength(1), { timeout: 20_000 });
    await page.close();
  } finally {
    await served.close();
  }
  return normalized(served.events[0] ?? {});
}

function normalized(payload: JsonObject): NormalizedEvent {
  const eventId = String(payload['event_id'] ?? 'e'.repeat(32));
  const from = { client: '', attachments: [], sourceIp: '127.0.0.1', userAgent: '' };
  const incoming = { project: projectOf('1', 'shop'), eventId, receivedMs: Date.now(), payload, ...from };
  return createNormalizeEvent({ redactor })(incoming, newRedactionReport());
}

const framesOf = (event: NormalizedEvent): readonly Frame[] => event.exceptions.at(-1)?.stacktrace?.frames ?? [];
function lastFrame(event: NormalizedEvent): Frame {
  const frame = framesOf(event).at(-1);
  if (frame === undefined) throw new Error('the event has no frames');
  return frame;
}

function expectOriginal(event: NormalizedEvent, by: string): void {
  const lines = CART.split('\n');
  const [outer, inner] = framesOf(event).slice(-2);
  expect(inner).toMatchObject({
    filename: expect.stringMatching(/src\/cart\.ts$/),
    module: 'src/cart',
    function: 'priceOf',
    lineno: lines.indexOf('  return found.cents;') + 1,
    contextLine: '  return found.cents;',
    preContext: lines.slice(8, 13),
    inApp: true,
    data: { mappedBy: by },
  });
  expect(outer).toMatchObject({ function: 'sumOfLines', contextLine: '    sum += priceOf(line);', inApp: true });
  const names = framesOf(event).map((frame) => frame.function);
  expect(names).toContain('payOrder');
  expect(event.exceptions.at(-1)?.rawStacktrace?.frames.at(-1)?.filename).toContain('app.min.js');
  expect(event.remarks.filter(({ field }) => field.includes('app.min.js')).length).toBeLessThanOrEqual(1);
  for (const frame of framesOf(event)) {
    if (frame.absPath.includes('node_modules')) expect(frame.inApp).toBe(false);
  }
}
