import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, systemClock } from '../../src/base/index.ts';
import { ISSUES_RELEASES_LIMITS } from '../../src/issues/index.ts';
import { builder, openReleasesForTest, READER_TOKEN, type ReleasesForTest, TOKEN, viewer } from './open-releases.ts';
import { type CliRun, runSentryCli } from './run-sentry-cli.ts';

let lab: ReleasesForTest;
let folder = '';
const cli = (...words: string[]): Promise<CliRun> => runSentryCli(lab.url, words, { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-sentry-cli-'));
  lab = await openReleasesForTest();
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/** A call as another client would make it. */
async function ask(
  method: string,
  target: string,
  options: { body?: string | FormData; token?: string; type?: string } = {},
) {
  const headers: Record<string, string> = { authorization: `Bearer ${options.token ?? TOKEN}` };
  if (options.type !== undefined) headers['content-type'] = options.type;
  const response = await fetch(`${lab.url}/api/0/${target}`, {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    link: response.headers.get('link') ?? '',
    body: text === '' ? {} : JSON.parse(text),
  };
}

const askJson = (method: string, target: string, body: unknown, token = TOKEN) =>
  ask(method, target, { body: JSON.stringify(body), type: 'application/json', token });

function uploadChunk(bytes: Uint8Array, options: { readonly name?: string; readonly field?: string } = {}) {
  const form = new FormData();
  form.append(options.field ?? 'file', new Blob([new Uint8Array(bytes)]), options.name ?? sha1(bytes));
  return ask('POST', 'organizations/holdfast/chunk-upload/', { body: form });
}

const assemble = (bytes: Uint8Array, more: object = {}, token = TOKEN) =>
  askJson(
    'POST',
    'organizations/holdfast/artifactbundle/assemble/',
    { checksum: sha1(bytes), chunks: [sha1(bytes)], projects: ['shop'], ...more },
    token,
  );

const manifest = (files: object): Uint8Array => strToU8(JSON.stringify({ org: 'holdfast', files }));

describe('sentry-cli', () => {
  test('says who it is and what there is', async () => {
    expect((await cli('info')).output).toMatch(/Method: Auth Token[\s\S]*User: build[\s\S]*project:releases/);
    expect((await cli('organizations', 'list')).output).toContain('holdfast');
    expect((await cli('projects', 'list')).output).toMatch(/checkout[\s\S]*shop/);
    expect((await cli('monitors', 'list')).output).toContain('Nightly import');
    expect((await cli('repos', 'list')).output).toContain('No repos found');
    expect((await cli('events', 'list')).output).toContain('TypeError: x is not a function');
  });

  test('makes, finishes, deploys, archives, restores and removes a release', async () => {
    for (const words of [
      ['releases', 'new', 'shop@1.0.0', '--url', 'https://ci.example.com/7'],
      ['releases', 'new', 'shop@1.0.0'],
      ['releases', 'finalize', 'shop@1.0.0'],
      ['deploys', 'new', '-r', 'shop@1.0.0', '-e', 'production', '-n', 'blue', '-t', '30'],
    ]) {
      expect(await cli(...words), words.join(' ')).toMatchObject({ code: 0 });
    }
    const release = await lab.releases.verbs.get(viewer, 'shop@1.0.0');
    expect(release).toMatchObject({
      status: 'open',
      url: 'https://ci.example.com/7',
      deployCount: 1,
      parsed: { package: 'shop', semver: '1.0.0' },
      projects: [{ projectId: '1', newIssues: 0 }],
    });
    expect(release.releasedMs).toBeGreaterThan(1_700_000_000_000);
    const [deploy] = await lab.releases.verbs.deploys(viewer, 'shop@1.0.0');
    expect((deploy?.finishedMs ?? 0) - (deploy?.startedMs ?? 0)).toBe(30_000);
    expect((await cli('deploys', 'list', '-r', 'shop@1.0.0')).output).toContain('blue');
    expect((await cli('releases', 'list')).output).toContain('shop@1.0.0');
    expect((await cli('releases', 'info', 'shop@1.0.0')).code).toBe(0);

    await cli('releases', 'archive', 'shop@1.0.0');
    expect((await lab.releases.verbs.get(viewer, 'shop@1.0.0')).status).toBe('archived');
    await cli('releases', 'restore', 'shop@1.0.0');
    expect((await lab.releases.verbs.get(viewer, 'shop@1.0.0')).status).toBe('open');

    expect((await cli('releases', 'new', 'gone@1')).code).toBe(0);
    expect((await cli('releases', 'delete', 'gone@1')).output).toContain('Deleted release');
    expect((await cli('releases', 'info', 'gone@1')).code).toBe(1);
    expect((await lab.records('DeleteRelease'))[0]?.resources).toEqual([
      expect.objectContaining({ resourceName: 'gone@1' }),
    ]);
  });

  test('sets the commits of a release out of a local repository', async () => {
    const repository = path.join(folder, 'repository');
    await mkdir(repository);
    const git = (...words: string[]): void => {
      const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];
      const done = spawnSync('git', [...who, ...words], { cwd: repository, encoding: 'utf8' });
      if (done.status !== 0) throw new Error(done.stderr);
    };
    git('init', '-q');
    await writeFile(path.join(repository, 'cart.ts'), 'export const cart = [];\n');
    git('add', '.');
    git('commit', '-qm', 'Begin a cart');
    await writeFile(path.join(repository, 'cart.ts'), 'export const cart = new Set();\n');
    git('commit', '-qam', 'Let a cart hold each thing once');
    const words = ['releases', 'set-commits', 'shop@1.1.0', '--local', '--initial-depth', '10'];
    expect(await runSentryCli(lab.url, words, { cwd: repository })).toMatchObject({ code: 0 });
    const commits = await lab.releases.verbs.commits(viewer, 'shop@1.1.0');
    expect(commits.map(({ message }) => message.trim())).toEqual(['Let a cart hold each thing once', 'Begin a cart']);
    expect(commits[0]).toMatchObject({ authorName: 'Ada', files: [{ path: 'cart.ts', type: 'M' }] });
    expect(await lab.releases.verbs.get(viewer, 'shop@1.1.0')).toMatchObject({ commitCount: 2, authors: ['Ada'] });
  });

  test('lists and changes issues', async () => {
    expect((await cli('issues', 'list')).output).toMatch(/SHOP-12[\s\S]*SHOP-13/);
    lab.changes.length = 0;
    await cli('issues', 'resolve', '-i', '12');
    await cli('issues', 'resolve', '-i', '12', '--next-release');
    await cli('issues', 'mute', '-a');
    await cli('issues', 'unresolve', '-s', 'muted');
    expect(lab.changes).toEqual([
      { ids: ['12'], change: { type: 'resolve', in: 'now' } },
      { ids: ['12'], change: { type: 'resolve', in: 'next-release' } },
      { ids: ['12', '13'], change: { type: 'ignore', condition: {} } },
      { ids: ['12', '13'], change: { type: 'unresolve' } },
    ]);
  });

  test('uploads source maps once, and again changes nothing', async () => {
    const dist = path.join(folder, 'dist');
    await mkdir(dist);
    await writeFile(path.join(dist, 'a.js'), 'function n(){throw new Error("x")}n();\n//# sourceMappingURL=a.js.map\n');
    const map = { version: 3, sources: ['a.ts'], sourcesContent: ['n();'], names: [], mappings: 'AAAA' };
    await writeFile(path.join(dist, 'a.js.map'), JSON.stringify(map));
    await cli('sourcemaps', 'inject', 'dist');
    const words = ['sourcemaps', 'upload', '--release', 'shop@1.0.0', '--dist', 'web', '--url-prefix', '~/s', 'dist'];
    expect((await cli(...words)).output).toContain('Uploaded files to Sentry');
    expect((await cli(...words)).output).toContain('Nothing to upload');
    const { items } = await lab.releases.verbs.artifacts(viewer, { release: 'shop@1.0.0', limit: 10 });
    expect(items).toEqual([
      expect.objectContaining({ dist: 'web', fileCount: 2, projectIds: ['1'], uploadedBy: 'build' }),
    ]);
    const files = await lab.releases.verbs.artifactFiles(viewer, items[0]?.id ?? '', { limit: 10 });
    expect(files.items.map(({ url, type }) => [url, type])).toEqual([
      ['~/s/a.js', 'minified_source'],
      ['~/s/a.js.map', 'source_map'],
    ]);
    expect(new Set(files.items.map(({ debugId }) => debugId))).toHaveLength(1);
    expect(await readdir(lab.stagingFolder)).toEqual(['key']);
    expect(await lab.records('UploadArtifacts')).not.toHaveLength(0);
  });

  test('is told in words what this server does not do', async () => {
    expect((await cli('logs', 'list')).output).toContain('holdfast logs query');
    const elsewhere = { SENTRY_ORG: 'acme' };
    expect(await runSentryCli(lab.url, ['releases', 'new', 'x@1'], { env: elsewhere })).toMatchObject({ code: 1 });
    const reader = { SENTRY_AUTH_TOKEN: READER_TOKEN };
    expect((await runSentryCli(lab.url, ['releases', 'new', 'x@1'], { env: reader })).output).toContain(
      'releases:Write',
    );
    expect((await runSentryCli(lab.url, ['info'], { env: { SENTRY_AUTH_TOKEN: 'wrong' } })).code).toBe(1);
  });
});

describe('an upload', () => {
  test('goes on after a restart with the chunks that came, which nobody can read on the disk', async () => {
    const secretSource = 'const margin = 0.42; // do not tell anybody\n'.repeat(40);
    const bundle = zipSync(
      {
        'manifest.json': manifest({ 'files/a.js': { type: 'minified_source', url: '~/a.js' } }),
        'files/a.js': strToU8(secretSource),
      },
      { level: 0 },
    );
    const [first, second] = [bundle.subarray(0, 700), bundle.subarray(700)];
    expect(await uploadChunk(first)).toMatchObject({ status: 200 });
    const request = { checksum: sha1(bundle), chunks: [sha1(first), sha1(second)], projectIds: ['1'] };
    const restarted = await lab.again();
    expect(await restarted.uploads.assemble(builder, request)).toEqual({ type: 'missing', missing: [sha1(second)] });
    const stored = await readFile(path.join(lab.stagingFolder, sha1(first)));
    expect(stored.includes('margin')).toBe(false);
    await restarted.uploads.putChunk(builder, { sha1: sha1(second), bytes: second });
    expect(await restarted.uploads.assemble(builder, request)).toEqual({ type: 'done' });
    expect(await restarted.uploads.assemble(builder, request)).toEqual({ type: 'done' });
    // Two at once of the same are one.
    const found = await restarted.verbs.artifacts(viewer, { query: '~/a.js', limit: 10 });
    expect(found.items.filter(({ checksum }) => checksum === request.checksum)).toHaveLength(1);
    const parts: Uint8Array[] = [];
    for await (const part of lab.blobs.get(found.items[0]?.blobId ?? '')) parts.push(part);
    expect(Buffer.concat(parts).equals(Buffer.from(bundle))).toBe(true);
  });

  test('takes chunks packed by gzip, and refuses those that are not what they are said to be', async () => {
    const chunk = randomBytes(1_000);
    const named = { name: sha1(chunk), field: 'file_gzip' };
    expect(await uploadChunk(gzipSync(chunk), named)).toMatchObject({ status: 200 });
    expect(await uploadChunk(chunk, named)).toMatchObject({ status: 400, body: { code: 'sentry-api.body-invalid' } });
    expect(await uploadChunk(chunk, { name: 'a'.repeat(40) })).toMatchObject({
      status: 400,
      body: { code: 'releases.chunk-mismatch' },
    });
    const bomb = gzipSync(Buffer.alloc(ISSUES_RELEASES_LIMITS.chunkBytesMax + 1));
    expect(await uploadChunk(bomb, { name: 'b'.repeat(40), field: 'file_gzip' })).toMatchObject({ status: 400 });
    expect(await uploadChunk(chunk, { field: 'other' })).toMatchObject({ status: 400 });
    expect(await ask('POST', 'organizations/holdfast/chunk-upload/', { body: 'x', type: 'text/plain' })).toMatchObject({
      status: 400,
    });
    expect(
      await ask('POST', 'organizations/holdfast/chunk-upload/', { body: new FormData(), token: READER_TOKEN }),
    ).toMatchObject({ status: 403 });
  });

  test.each([
    ['no manifest', zipSync({ 'a.js': strToU8('1') }), 'it has no manifest.json'],
    ['a manifest that is none', zipSync({ 'manifest.json': strToU8('[]') }), 'lists no files'],
    [
      'a name that leads out of it',
      zipSync({ '../../etc/cron.d/x': strToU8('1'), 'manifest.json': manifest({}) }),
      'damaged',
    ],
    [
      'a bomb in it',
      zipSync({
        'manifest.json': manifest({ 'x.js': { type: 'minified_source' } }),
        'x.js': new Uint8Array(8 * 1024 * 1024),
      }),
      'times its packed size',
    ],
    ['noise', randomBytes(3_000), 'damaged'],
  ])('with %s is refused, and leaves nothing in the catalog', async (_name, bytes, reason) => {
    expect(await uploadChunk(bytes)).toMatchObject({ status: 200 });
    const answer = await assemble(bytes);
    expect(answer.body).toMatchObject({ state: 'error', detail: expect.stringContaining(reason) });
    const { items } = await lab.releases.verbs.artifacts(viewer, { limit: 100 });
    expect(items.map(({ checksum }) => checksum)).not.toContain(sha1(bytes));
  });

  test('of other bytes than announced, of no project, or without the right is refused', async () => {
    const bytes = zipSync({ 'manifest.json': manifest({}) });
    expect(await uploadChunk(bytes)).toMatchObject({ status: 200 });
    const wrong = await assemble(bytes, { checksum: 'c'.repeat(40) });
    expect(wrong.body).toMatchObject({ state: 'error', detail: expect.stringContaining('its checksum is') });
    expect(await assemble(bytes, { projects: [] })).toMatchObject({ status: 400 });
    expect(await assemble(bytes, { projects: ['nope'] })).toMatchObject({ status: 404 });
    expect(await assemble(bytes, { chunks: ['../../x'] })).toMatchObject({ status: 400 });
    expect(await assemble(bytes, {}, READER_TOKEN)).toMatchObject({ status: 403 });
    expect((await assemble(bytes)).body).toMatchObject({ state: 'ok' });
  });
});

describe('releases', () => {
  test('are listed page by page, and ordered by version before date', async () => {
    for (const version of ['page@1.10.0', 'page@1.9.0', 'page@2.0.0-rc.1']) {
      await askJson('POST', 'organizations/holdfast/releases/', { version, projects: ['checkout'] });
    }
    const first = await lab.releases.verbs.list(viewer, { projectIds: ['2'], query: 'page@', limit: 2 });
    const rest = await lab.releases.verbs.list(viewer, {
      projectIds: ['2'],
      query: 'page@',
      limit: 2,
      cursor: first.next ?? '',
    });
    const seen = [...first.items, ...rest.items].map(({ version }) => version);
    expect(seen).toEqual(['page@2.0.0-rc.1', 'page@1.9.0', 'page@1.10.0']);
    expect(rest.next).toBeUndefined();
    const order = await lab.releases.order.ofProject('2');
    expect(order.newest).toBe('page@2.0.0-rc.1');
    expect(Math.sign(order.compare('page@1.9.0', 'page@1.10.0'))).toBe(-1);
    const listed = await ask('GET', 'organizations/holdfast/releases/?query=page@1.9');
    expect(listed.body).toHaveLength(1);
    expect(listed.link).toMatch(/rel="previous"; results="false".*rel="next"; results="false"/);
  });

  test('that events name are known with the times of their events, and stay while these are stored', async () => {
    const { sightings, verbs, order } = lab.releases;
    await sightings.seen([
      { projectId: '1', version: 'seen@1', timeMs: 5_000_000 },
      { projectId: '1', version: 'seen@1', timeMs: 3_000_000 },
      { projectId: '1', version: 'not\na\nversion', timeMs: 3_000_000 },
    ]);
    await sightings.seen([{ projectId: '1', version: 'seen@1', timeMs: 9_000_000 }]);
    expect((await verbs.get(viewer, 'seen@1')).projects).toEqual([
      { projectId: '1', firstEventMs: 3_000_000, lastEventMs: 9_000_000, newIssues: 0 },
    ]);
    expect((await order.ofProject('1')).has('seen@1')).toBe(true);
    const refused = await ask('DELETE', 'organizations/holdfast/releases/seen@1/');
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('archive it') } });
  });

  test.each([
    ['POST', 'organizations/holdfast/releases/', { version: 'a/b', projects: ['shop'] }, 400],
    ['POST', 'organizations/holdfast/releases/', { version: 'x'.repeat(201), projects: ['shop'] }, 400],
    [
      'POST',
      'organizations/holdfast/releases/',
      { version: 'x@1', projects: ['shop'], url: 'javascript:alert(1)' },
      400,
    ],
    ['POST', 'organizations/holdfast/releases/', { version: 'nowhere@1', projects: [] }, 404],
    ['POST', 'organizations/holdfast/releases/', { version: 7, projects: ['shop'] }, 400],
    ['PUT', 'organizations/holdfast/releases/nope@1/', { dateReleased: '2026-01-01T00:00:00Z' }, 404],
    ['PUT', 'organizations/holdfast/releases/shop@1.0.0/', { dateReleased: 'yesterday' }, 400],
    ['POST', 'organizations/holdfast/releases/shop@1.0.0/deploys/', {}, 400],
    ['POST', 'projects/holdfast/shop/files/difs/assemble/', {}, 400],
    ['GET', 'organizations/holdfast/nothing/', undefined, 404],
  ])('%s %s of what is not allowed is refused in words', async (method, target, body, status) => {
    const answer = body === undefined ? await ask(method, target) : await askJson(method, target, body);
    expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(/; /) } });
  });
});

describe('what nobody uses', () => {
  test('is removed when its time has passed, and what is young stays', async () => {
    await uploadChunk(randomBytes(500));
    const later = async (days: number) => {
      const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + days * DAY_MS };
      const releases = await lab.again(clock);
      await releases.sweep();
      return (await releases.verbs.artifacts(viewer, { limit: 100 })).items.length;
    };
    const all = await later(0);
    expect(all).toBeGreaterThan(1);
    expect(await readdir(lab.stagingFolder)).not.toEqual(['key']);
    expect(await later(89)).toBe(all);
    // Chunks of an upload that was never ended go after hours.
    expect(await readdir(lab.stagingFolder)).toEqual(['key']);
    expect(await later(91)).toBe(0);
  });
});
