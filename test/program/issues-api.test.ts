import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventViewBody } from '../../src/api/event-contract.ts';
import type {
  EventPlaceBody,
  IssueActivitiesBody,
  IssueBody,
  IssueChangedBody,
  IssueEventsBody,
  IssueHashesBody,
  IssuesBody,
  IssueTagsBody,
} from '../../src/api/issues-contract.ts';
import type { MonitorsBody } from '../../src/api/monitor-contract.ts';
import type {
  GroupingTriedBody,
  OutcomesBody,
  ProjectBody,
  ProjectCreatedBody,
  ProjectKeysBody,
  ProjectsBody,
} from '../../src/api/project-contract.ts';
import type { ReleasesBody } from '../../src/api/release-contract.ts';
import { api, holdfast, newFolder, type Program, removeFolder, startProgram, until } from '../harness/program.ts';
import { runInProcess } from '../harness/run-in-process.ts';
import { envelope, type Item, sendTo } from '../ingest-sentry/envelopes.ts';
import { exceptionOf } from '../ingest-sentry/exception-of.ts';
import { runApp } from '../ingest-sentry/run-app.ts';

/** The whole program, from an unmodified SDK to what people read and do; and what nobody may do. */
let folder = '';
let program: Program;
let shop: ProjectCreatedBody;
let blog: ProjectCreatedBody;
let viewer = '';
let sender = '';

const newKey = async (role: string): Promise<string> =>
  (await api<{ token: string }>(program, 'POST', '/keys', { body: { name: role, roles: [role] } })).body.token;
async function newProject(name: string): Promise<ProjectCreatedBody> {
  const made = await api<ProjectCreatedBody>(program, 'POST', '/projects', { body: { name, platform: 'node' } });
  expect([made.status, made.body]).toEqual([200, expect.objectContaining({ key: expect.anything() })]);
  return made.body;
}

beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
  shop = await newProject('Shop');
  blog = await newProject('Blog');
  viewer = await newKey('viewer');
  sender = await newKey('sender');
});
afterAll(async () => {
  await program.stop();
  await removeFolder(folder);
});

/** One exception of a function, as an SDK sends it; answers with its event id when it is acknowledged. */
async function fail(
  to: ProjectCreatedBody,
  at: string,
  over: Readonly<Record<string, unknown>> = {},
  ...more: readonly Item[]
): Promise<string> {
  const { eventId, item } = exceptionOf(at, over);
  const answer = await sendTo(endpointOf(to), envelope({ event_id: eventId }, item, ...more));
  expect([answer.status, answer.body.id]).toEqual([200, eventId]);
  return eventId;
}
const endpointOf = ({ project, key }: ProjectCreatedBody, publicKey = key.publicKey): string =>
  `${program.origin}/api/${project.id}/envelope/?sentry_key=${publicKey}`;

/** The issue that an event came to, once it was counted: what is stored is found a moment before it is. */
async function issueOf(eventId: string): Promise<IssueBody> {
  await until(`event ${eventId} is in an issue`, async () => {
    if ((await api(program, 'GET', `/events/${eventId}`)).status !== 200) return false;
    return (await api<{ queued: number }>(program, 'GET', '/issue-pipeline')).body.queued === 0;
  });
  const { body } = await api<EventPlaceBody>(program, 'GET', `/events/${eventId}`);
  return (await api<IssueBody>(program, 'GET', `/issues/${body.issueId}`)).body;
}
const change = (ids: readonly string[], wanted: object, token?: string) =>
  api<IssueChangedBody>(program, 'POST', '/issues/change', {
    body: { ids, change: wanted },
    ...(token === undefined ? {} : { token }),
  });

test('an unmodified SDK becomes issues, a monitor, a release, feedback and counts', async () => {
  const { code } = await runApp(process.execPath, 'node-app.mjs', ['@sentry/node', shop.key.dsn, '1']);
  expect(code).toBe(0);
  const list = async (): Promise<IssuesBody> =>
    (await api<IssuesBody>(program, 'GET', `/issues?project=${shop.project.id}`)).body;
  await until('three issues are there', async () => (await list()).total >= 3);
  const titles = (await list()).issues.map(({ issue }) => issue.title);
  expect(titles.join('\n')).toMatch(/^TypeError: cannot read cart of \d+ things$/m);
  expect(titles).toContain('checkout is slow');
  const { body: found } = await api<IssuesBody>(program, 'GET', `/issues?query=${encodeURIComponent('area:cart')}`);
  expect(found.issues).toHaveLength(1);
  const issue = found.issues[0]?.issue;
  expect(issue).toMatchObject({ status: 'unresolved', substatus: 'new', level: 'error', firstRelease: 'shop@1.2.3' });
  const { body: view } = await api<EventViewBody>(program, 'GET', `/issues/${issue?.id}/events/latest`);
  expect(view.event.request?.url).toContain('/fail');
  expect(view.event.exceptions.at(-1)?.stacktrace?.frames.some(({ inApp }) => inApp === true)).toBe(true);
  expect(view.grouping.variants.some(({ contributes }) => contributes)).toBe(true);
  expect(JSON.stringify(view)).not.toContain('canary-');

  const { body: monitors } = await api<MonitorsBody>(program, 'GET', `/monitors?projectId=${shop.project.id}`);
  expect(monitors.monitors.map(({ monitor }) => monitor.slug)).toEqual(['nightly']);
  const { body: releases } = await api<ReleasesBody>(program, 'GET', '/releases');
  expect(releases.releases.map(({ release }) => release.version)).toEqual(['shop@1.2.3']);
  expect(releases.releases[0]?.release.newIssues).toBeGreaterThanOrEqual(3);
  const { body: feedback } = await api<{ feedback: { message: string }[] }>(program, 'GET', '/feedback');
  expect(feedback.feedback.map(({ message }) => message)).toEqual(['the cart is empty']);
  const { body: outcomes } = await api<OutcomesBody>(program, 'GET', '/projects/shop/outcomes');
  const totals = Object.fromEntries(outcomes.series.map((one) => [`${one.category} ${one.outcome}`, one.total]));
  expect(totals).toMatchObject({ 'error accepted': 3, 'monitor accepted': 2, 'feedback accepted': 1 });
  expect(Object.keys(totals).filter((key) => key.endsWith('invalid'))).toEqual([]);
});

test('a resolved issue regresses by the same error, and one resolved in the next release not before it', async () => {
  const issue = await issueOf(await fail(blog, 'publish', { release: 'blog@1.0.0' }));
  expect((await change([issue.id], { type: 'resolve' })).body.issues[0]).toMatchObject({ status: 'resolved' });
  await issueOf(await fail(blog, 'publish', { release: 'blog@1.0.0' }));
  const get = async (): Promise<IssueBody> => (await api<IssueBody>(program, 'GET', `/issues/${issue.id}`)).body;
  expect(await get()).toMatchObject({ status: 'unresolved', substatus: 'regressed', timesSeen: 2 });

  await change([issue.id], { type: 'resolve', in: 'next-release' });
  await issueOf(await fail(blog, 'publish', { release: 'blog@1.0.0' }));
  expect(await get()).toMatchObject({ status: 'resolved', timesSeen: 3 });
  await issueOf(await fail(blog, 'publish', { release: 'blog@1.1.0' }));
  expect(await get()).toMatchObject({ status: 'unresolved', substatus: 'regressed', timesSeen: 4 });
  const { body } = await api<IssueActivitiesBody>(program, 'GET', `/issues/${issue.id}/activity`);
  const types = body.activity.map(({ type }) => type).toSorted();
  expect(types).toEqual(['first-seen', 'regressed', 'regressed', 'resolved', 'resolved']);
});

test('merging teaches, unmerging gives back exact counts, and the same event again changes nothing', async () => {
  const first = await issueOf(await fail(blog, 'read'));
  const second = await issueOf(await fail(blog, 'write'));
  expect(first.id).not.toBe(second.id);
  await change([first.id, second.id], { type: 'merge' });
  const laterId = await fail(blog, 'write');
  const later = await issueOf(laterId);
  expect([later.id, later.timesSeen]).toEqual([first.id, 3]);
  const { body: hashes } = await api<IssueHashesBody>(program, 'GET', `/issues/${first.id}/hashes`);
  const ofWrite = hashes.hashes.filter(({ title }) => title.includes('write broke')).map(({ hash }) => hash);
  const { body: split } = await api<IssueBody>(program, 'POST', `/issues/${first.id}/unmerge`, {
    body: { hashes: ofWrite },
  });
  expect([split.timesSeen, (await api<IssueBody>(program, 'GET', `/issues/${first.id}`)).body.timesSeen]).toEqual([
    2, 1,
  ]);

  expect(await fail(blog, 'write', { event_id: laterId })).toBe(laterId);
  await until('the repetition is counted as one', async () => {
    const { body } = await api<OutcomesBody>(program, 'GET', '/projects/blog/outcomes');
    return body.series.some(({ outcome, total }) => outcome === 'duplicate' && total === 1);
  });
  expect((await api<IssueBody>(program, 'GET', `/issues/${split.id}`)).body.timesSeen).toBe(2);
});

test('a viewer reads and changes nothing; a sender reads nothing; nobody gets in without a key', async () => {
  const issue = await issueOf(await fail(blog, 'publish'));
  const as = (token: string | null, method: string, at: string, body?: object) =>
    api(program, method, at, { token, ...(body === undefined ? {} : { body }) }).then(({ status }) => status);
  expect(await as(viewer, 'GET', `/issues/${issue.id}`)).toBe(200);
  const changes: readonly (readonly [string, string, object?])[] = [
    ['POST', '/issues/change', { ids: [issue.id], change: { type: 'resolve' } }],
    ['POST', `/issues/${issue.id}/comments`, { text: 'mine' }],
    ['POST', `/issues/${issue.id}/unmerge`, { hashes: ['0'.repeat(32)] }],
    ['POST', '/projects', { name: 'Mine' }],
    ['PATCH', '/projects/blog', { name: 'Mine' }],
    ['DELETE', '/projects/blog?confirm=Blog'],
    ['POST', '/projects/blog/keys', {}],
    ['PATCH', `/projects/blog/keys/${blog.key.publicKey}`, { isActive: false }],
    ['POST', '/projects/blog/alert-rules', { name: 'mine', isEnabled: true, triggers: [{ type: 'new' }], filters: {} }],
    ['DELETE', '/projects/blog/alert-rules/default'],
    [
      'POST',
      '/monitors',
      { projectId: blog.project.id, name: 'mine', schedule: { type: 'crontab', value: '* * * * *' } },
    ],
    ['DELETE', `/monitors/${shop.project.id}.nightly`],
    ['PATCH', `/monitors/${shop.project.id}.nightly`, { isMuted: true }],
    ['DELETE', '/releases/blog@1.0.0'],
    ['PATCH', '/releases/blog@1.0.0', { status: 'archived' }],
  ];
  for (const [method, at, body] of changes) {
    expect([at, method, await as(viewer, method, at, body)]).toEqual([at, method, 403]);
    expect([at, method, await as(null, method, at, body)]).toEqual([at, method, 401]);
  }
  for (const at of ['/issues', `/issues/${issue.id}`, '/projects', '/monitors', '/feedback', '/issue-pipeline']) {
    expect([at, await as(sender, 'GET', at)]).toEqual([at, 403]);
  }
  // The key of a DSN is public: it opens nothing.
  expect(await as(blog.key.publicKey, 'GET', '/issues')).toBe(401);
});

test('what belongs to another issue or project is not found through one that may be read', async () => {
  const text = 'this stays with its event';
  const attachment: Item = [{ type: 'attachment', filename: 'a.txt', content_type: 'text/plain' }, text];
  const withFile = await fail(shop, 'upload', {}, attachment);
  const own = await issueOf(withFile);
  const otherEvent = await fail(blog, 'publish');
  const other = await issueOf(otherEvent);
  const at = `/issues/${own.id}/events/${withFile}`;
  await until('the attachment is kept', async () => {
    return (await api<EventViewBody>(program, 'GET', at)).body.attachments.length === 1;
  });
  const id = (await api<EventViewBody>(program, 'GET', at)).body.attachments[0]?.id;
  const status = async (path: string): Promise<number> => (await api(program, 'GET', path)).status;
  expect(await status(`/issues/${other.id}/events/${withFile}`)).toBe(404);
  expect(await status(`/issues/${own.id}/events/${otherEvent}`)).toBe(404);
  expect(await status(`/issues/${other.id}/events/${otherEvent}/attachments/${id}`)).toBe(404);
  expect(await status(`${at}/attachments/${'0'.repeat(32)}`)).toBe(404);

  expect((await change([own.id, other.id], { type: 'merge' })).status).toBeGreaterThanOrEqual(400);
  const { body: hashes } = await api<IssueHashesBody>(program, 'GET', `/issues/${other.id}/hashes`);
  const stolen = { hashes: hashes.hashes.map(({ hash }) => hash) };
  expect((await api(program, 'POST', `/issues/${own.id}/unmerge`, { body: stolen })).status).toBeGreaterThanOrEqual(
    400,
  );
  const { body: said } = await api<{ id: string }>(program, 'POST', `/issues/${other.id}/comments`, {
    body: { text: 'mine' },
  });
  expect((await api(program, 'DELETE', `/issues/${own.id}/comments/${said.id}`)).status).toBe(404);
  expect((await api(program, 'DELETE', `/issues/${other.id}/comments/${said.id}`)).status).toBe(204);

  const body = envelope({}, [{ type: 'event' }, { message: 'not mine' }]);
  expect((await sendTo(endpointOf(blog, shop.key.publicKey), body)).status).toBe(403);
  expect((await sendTo(endpointOf(blog, 'f'.repeat(32)), body)).status).toBe(403);
  const dsnOfOther = envelope({ dsn: blog.key.dsn }, [{ type: 'event' }, { message: 'not mine' }]);
  expect((await sendTo(endpointOf(shop), dsnOfOther)).status).toBeGreaterThanOrEqual(400);
});

test('an attachment is saved and never shown, whatever it says that it is', async () => {
  const page = '<script>fetch("/api/v1/keys")</script> password=hunter2hunter2hunter2';
  const name = '../../"evil"\n.html';
  const eventId = await fail(shop, 'upload', {}, [
    { type: 'attachment', filename: name, content_type: 'text/html' },
    page,
  ]);
  const issue = await issueOf(eventId);
  const at = `/issues/${issue.id}/events/${eventId}`;
  const { body: view } = await api<EventViewBody>(program, 'GET', at);
  const response = await fetch(`${program.origin}/api/v1${at}/attachments/${view.attachments[0]?.id}`, {
    headers: { Authorization: `Bearer ${viewer}` },
  });
  const { headers } = response;
  expect(response.status).toBe(200);
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[^/\\]+$/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain('sandbox');
  const text = await response.text();
  expect(text).toContain('<script>');
  expect(text).not.toContain('hunter2');
  expect(Number(headers.get('content-length'))).toBe(Buffer.byteLength(text));
});

test('a flood of tags, of words in counters and of deep JSON costs its sender only', async () => {
  const tags = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`tag-${index}`, 'x'.repeat(100)]));
  const issue = await issueOf(await fail(blog, 'flood', { tags }));
  const { body } = await api<IssueTagsBody>(program, 'GET', `/issues/${issue.id}/tags`);
  expect(body.tags.length).toBeLessThanOrEqual(250);
  const { body: view } = await api<EventViewBody>(program, 'GET', `/issues/${issue.id}/events/latest`);
  expect(view.event.remarks.some(({ field }) => field.startsWith('tags'))).toBe(true);

  const discarded = Array.from({ length: 400 }, (_, index) => ({
    reason: `r${index}`,
    category: 'error',
    quantity: 1,
  }));
  const report: Item = [{ type: 'client_report' }, { timestamp: Date.now() / 1_000, discarded_events: discarded }];
  for (const type of ['a', 'b', 'c']) {
    expect((await sendTo(endpointOf(blog), envelope({}, report, [{ type: `x-${type}` }, {}]))).status).toBe(200);
  }
  const { body: outcomes } = await api<OutcomesBody>(program, 'GET', '/projects/blog/outcomes');
  const words = new Set(outcomes.series.map(({ itemType, reason }) => `${itemType} ${reason}`));
  expect(words.size).toBeLessThanOrEqual(201);
  const sum = outcomes.series.filter(({ outcome }) => outcome === 'client-discard').map(({ total }) => total);
  expect(sum.reduce((all, one) => all + one, 0)).toBe(1_200);

  const deep = `{"message":"deep","extra":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`;
  const head = `{}\n{"type":"event","length":${deep.length}}\n`;
  expect((await sendTo(endpointOf(blog), head + deep)).status).toBe(400);
  expect((await api(program, 'GET', '/issue-pipeline')).body).toMatchObject({ state: 'running' });
});

test('keys, settings and rules are changed by administrators, and wrong ones are refused with the place', async () => {
  const { project } = await newProject('Settings');
  const at = `/projects/${project.slug}`;
  const { body: second } = await api<ProjectCreatedBody['key']>(program, 'POST', `${at}/keys`, {
    body: { label: 'new' },
  });
  const { body: keys } = await api<ProjectKeysBody>(program, 'GET', `${at}/keys`);
  expect(keys.keys.map(({ label }) => label)).toEqual(['default', 'new']);
  const event = envelope({}, [{ type: 'event' }, { message: 'hello' }]);
  const url = endpointOf({ project, key: second } as ProjectCreatedBody);
  expect((await sendTo(url, event)).status).toBe(200);
  await api(program, 'PATCH', `${at}/keys/${second.publicKey}`, { body: { isActive: false } });
  expect((await sendTo(url, event)).status).toBe(403);

  const patch = (settings: object) => api<ProjectBody>(program, 'PATCH', at, { body: { settings } });
  const { body: changed } = await patch({ retentionDays: 7, fingerprintRules: 'error.type:TypeError -> one' });
  expect(changed.settings).toMatchObject({ retentionDays: 7, fingerprintRules: 'error.type:TypeError -> one' });
  const wrong = await api(program, 'PATCH', at, { body: { settings: { fingerprintRules: '# fine\nno arrow' } } });
  expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([400, expect.stringContaining('line 2')]);
  expect((await patch({ retentionDays: 0 })).status).toBe(400);
  expect((await patch({ groupingVersion: 'of tomorrow' })).status).toBe(400);
  expect((await api(program, 'PATCH', at, { body: { slug: 'shop' } })).status).toBe(409);
  expect((await api(program, 'POST', '/projects', { body: { name: 'x', slug: '../x' } })).status).toBe(400);

  const { body: list } = await api<ProjectsBody>(program, 'GET', '/projects');
  const older = list.groupingVersions.find((version) => version !== changed.settings.groupingVersion);
  const { body: moved } = await patch({ groupingVersion: older });
  expect(moved.settings).toMatchObject({
    groupingVersion: older,
    previousGroupingVersion: changed.settings.groupingVersion,
  });
  expect(list.projects.some(({ isInternal }) => isInternal)).toBe(false);
});

test('rules are tried on stored events, and nothing changes by it', async () => {
  const one = await issueOf(await fail(shop, 'tryOne'));
  const two = await issueOf(await fail(shop, 'tryTwo'));
  const { body: tried } = await api<GroupingTriedBody>(program, 'POST', '/projects/shop/grouping/try', {
    body: { fingerprintRules: 'stack.function:try* -> together' },
  });
  expect(tried.mistakes).toEqual([]);
  const merge = tried.merges.find(({ from }) => from.some(({ issue }) => issue.id === one.id));
  expect(merge?.from.map(({ issue }) => issue.id).toSorted()).toEqual([one.id, two.id].toSorted());
  expect((await issueOf(await fail(shop, 'tryTwo'))).id).toBe(two.id);
  const { body: mistaken } = await api<GroupingTriedBody>(program, 'POST', '/projects/shop/grouping/try', {
    body: { enhancementRules: 'nonsense' },
  });
  expect(mistaken).toMatchObject({ events: 0, mistakes: [{ rules: 'enhancement', line: 1 }] });
});

const run = (...words: string[]) => runInProcess(program, words);

test('the command line lists, shows, explains and changes issues, with exit codes for what is wrong', async () => {
  const issue = await issueOf(await fail(shop, 'byHand'));
  const listed = await run('issues', 'list', 'byHand', '-p', 'shop', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject({ total: 1, issues: [{ issue: { shortId: issue.shortId } }] });
  const shown = await run('issues', 'show', issue.shortId);
  expect(shown.stdout).toMatch(/TypeError: byHand broke[\s\S]*> byHand \(cart\.js:7\)/);
  expect((await run('issues', 'explain', issue.shortId)).stdout).toContain('● app');
  expect((await run('issues', 'resolve', issue.shortId)).stdout).toBe(`${issue.shortId} is resolved\n`);
  expect((await run('issues', 'ignore', issue.shortId, '--for', '1h')).stdout).toContain('is ignored');
  expect((await run('issues', 'assign', 'admin@example.test', issue.shortId)).code).toBe(0);
  expect((await run('issues', 'comment', issue.shortId, 'seen')).code).toBe(0);
  const { body } = await api<IssueBody>(program, 'GET', `/issues/${issue.id}`);
  expect(body).toMatchObject({ status: 'ignored', commentCount: 1, assignee: { type: 'person' } });
  const tail = await run('issues', 'tail', '--for', '1s', '-p', 'shop');
  expect(tail.code).toBe(0);
  expect((await holdfast(program, ['project', 'dsn', 'shop'])).stdout.trim()).toBe(shop.key.dsn);
  expect((await run('project', 'settings', 'shop', '--retention', '30')).stdout).toContain('30');
  expect((await run('project', 'stats', 'shop')).stdout).toMatch(/error\s+event\s+accepted/);
  expect((await run('release', 'show', 'shop@1.2.3')).stdout).toContain('shop@1.2.3');
  expect((await run('monitor', 'show', 'shop.nightly')).stdout).toContain('0 3 * * *');
  expect((await run('issues', 'show', 'SHOP-ZZZ')).code).toBe(4);
  expect((await run('issues', 'list', 'is:nonsense')).code).toBe(2);
  expect((await run('issues', 'assign', 'nobody@nowhere.test', issue.shortId)).code).toBe(2);
  expect((await run('project', 'dsn', 'nothing')).code).toBe(4);
});

test('a deleted project takes what it held with it, also across a restart, and nothing of another', async () => {
  const gone = await newProject('Gone');
  const issue = await issueOf(await fail(gone, 'last'));
  const kept = await issueOf(await fail(blog, 'publish'));
  const at = `/projects/${gone.project.slug}`;
  expect((await api(program, 'DELETE', `${at}?confirm=gone`)).status).toBe(400);
  expect((await api(program, 'DELETE', `${at}?confirm=Gone`)).status).toBe(204);
  const event = envelope({}, [{ type: 'event' }, { message: 'too late' }]);
  expect((await sendTo(endpointOf(gone), event)).status).toBe(403);
  await program.stop();
  program = await startProgram({ folder });
  await until('the issue is erased', async () => (await api(program, 'GET', `/issues/${issue.id}`)).status === 404);
  expect((await api(program, 'GET', at)).status).toBe(404);
  expect((await sendTo(endpointOf(gone), event)).status).toBe(403);
  const again = await newProject('Gone');
  expect([again.project.slug, again.project.id === gone.project.id]).toEqual(['gone', false]);
  const { body } = await api<IssueEventsBody>(program, 'GET', `/issues/${kept.id}/events`);
  expect(body.events.length).toBeGreaterThan(0);
  expect((await issueOf(await fail(blog, 'publish'))).id).toBe(kept.id);
});
