import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventViewBody } from '../../src/api/event-contract.ts';
import type { IssuesBody } from '../../src/api/issues-contract.ts';
import type { OutcomesBody, ProjectCreatedBody } from '../../src/api/project-contract.ts';
import {
  api,
  firstExisting,
  newFolder,
  type Program,
  query,
  removeFolder,
  startProgram,
  until,
} from '../harness/program.ts';
import { CANARY, runApp } from '../ingest-sentry/run-app.ts';

let folder = '';
let program: Program;
let project: ProjectCreatedBody;
beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
  project = (await api<ProjectCreatedBody>(program, 'POST', '/projects', { body: { name: 'Shop', platform: 'node' } }))
    .body;
  for (const sdk of ['@sentry/node', 'sentry-node-10']) {
    const { code } = await runApp(process.execPath, 'node-app.mjs', [sdk, project.key.dsn, '1']);
    expect(code).toBe(0);
  }
});
afterAll(async () => {
  program?.kill('SIGKILL');
  await program?.exit;
  await removeFolder(folder);
});

const ISSUES = '/issues?query=is:unresolved&project=';
const listIssues = async (): Promise<IssuesBody['issues']> =>
  (await api<IssuesBody>(program, 'GET', `${ISSUES}${project.project.id}`)).body.issues;
const latestOf = async (titleStart: string): Promise<EventViewBody> => {
  const found = (await listIssues()).find(({ issue }) => issue.title.startsWith(titleStart));
  return (await api<EventViewBody>(program, 'GET', `/issues/${found?.issue.id}/events/latest`)).body;
};

test('what two generations of an SDK send become issues, each event once', async () => {
  await until('all events are in issues', async () => {
    const listed = await listIssues();
    return listed.reduce((sum, { issue }) => sum + issue.timesSeen, 0) === 6;
  });
  const titles = (await listIssues()).map(({ issue }) => issue.title).sort();
  expect([...new Set(titles)]).toEqual(['TypeError: cannot read cart of 29 things', 'checkout is slow', 'with a file']);
  const { event, attachments } = await latestOf('TypeError');
  expect(event).toMatchObject({ environment: 'staging', release: 'shop@1.2.3', level: 'error' });
  expect(event.tags.area).toBe('cart');
  expect(attachments).toHaveLength(0);
  expect((await latestOf('with a file')).attachments).toMatchObject([{ filename: 'cart.txt', isRedacted: true }]);
});

test('their logs, spans and metrics are where logs, spans and metrics are', async () => {
  const group = `/sentry/${project.project.slug}`;
  const { rows } = await query(program, 'fields @message, order | filter @message like /order placed/', [group]);
  expect(rows.map((row) => [row['@message'], Number(row.order)])).toEqual([
    ['order placed', 7],
    ['order placed', 7],
  ]);
  const { event } = await latestOf('TypeError');
  const trace = await api<{ spans: readonly { name: string; status: string }[] }>(
    program,
    'GET',
    `/traces/${event.traceId}`,
  );
  expect(trace.body.spans).toMatchObject([{ name: 'GET /ok' }, { name: 'GET /fail', status: 'error' }]);
  const metrics = await api<{ metrics: readonly { name: string }[] }>(
    program,
    'GET',
    `/metrics?namespace=${encodeURIComponent(`Sentry/${project.project.slug}`)}`,
  );
  expect(metrics.body.metrics.map(({ name }) => name).sort()).toEqual(['order.size', 'orders', 'queue.depth']);
});

test('feedback, check-ins and what clients threw away are shown', async () => {
  const feedback = await api<{ feedback: readonly { message: string }[] }>(program, 'GET', '/feedback?limit=10');
  expect(feedback.body.feedback.map(({ message }) => message)).toEqual(['the cart is empty', 'the cart is empty']);
  const monitors = await api<{ monitors: readonly { monitor: { slug: string } }[] }>(program, 'GET', '/monitors');
  expect(monitors.body.monitors.map(({ monitor }) => monitor.slug)).toEqual(['nightly']);
  const outcomes = async (): Promise<OutcomesBody['series']> =>
    (await api<OutcomesBody>(program, 'GET', `/projects/${project.project.id}/outcomes`)).body.series;
  const isDiscard = ({ outcome, reason }: OutcomesBody['series'][number]): boolean =>
    outcome === 'client-discard' && reason === 'before_send';
  await until('outcomes are written', async () => (await outcomes()).some(isDiscard));
  const all = await outcomes();
  expect(all.filter(({ outcome }) => outcome === 'unknown' || outcome === 'invalid')).toEqual([]);
});

test('a secret in locals, headers, cookies, extra and span attributes is at rest nowhere, nor shown', async () => {
  const { event } = await latestOf('TypeError');
  expect(JSON.stringify(event)).toContain('redacted');
  expect(JSON.stringify(event)).not.toContain(CANARY);
  const { rows } = await query(program, 'fields @message', [`/sentry/${project.project.slug}`]);
  expect(JSON.stringify(rows)).not.toContain(CANARY);
  expect(await program.stop()).toBe(0);
  const holding: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = firstExisting([path.join(entry.parentPath, entry.name)]);
    if (file !== undefined && (await readFile(file)).includes(CANARY)) holding.push(entry.name);
  }
  expect(holding).toEqual([]);
});
