import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type ClosableSymbolicator,
  createNormalizeEvent,
  createSymbolicator,
  type Frame,
  type NormalizedEvent,
} from '../../src/issues/index.ts';
import { createRedactor, newRedactionReport } from '../../src/redact/index.ts';
import { buildSite, CART, serveSite } from './minified-site.ts';
import { openReleasesForTest, projectOf, type ReleasesForTest } from './open-releases.ts';
import { runSentryCli } from './run-sentry-cli.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const redactor = createRedactor();

let lab: ReleasesForTest;
let symbolicator: ClosableSymbolicator;
let browser: Browser;
let folder = '';

describe.skipIf(!existsSync(CHROMIUM))('an error of a minified page in a real browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-source-maps-'));
    [lab, browser] = await Promise.all([
      openReleasesForTest(),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS }),
    ]);
    symbolicator = createSymbolicator({ releases: lab.releases, redactor });
  });
  afterAll(async () => {
    await browser.close();
    await symbolicator.close();
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });

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
  const payload = served.events[0] ?? {};
  const nowMs = Date.now();
  const eventId = String(payload['event_id']);
  const from = { client: '', attachments: [], sourceIp: '127.0.0.1', userAgent: '' };
  const incoming = { project: projectOf('1', 'shop'), eventId, receivedMs: nowMs, payload, ...from };
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
