import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AlertInput } from '../../src/notify/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';

const ALARMS = 120;
let postgres: ServerForTest;
let folder = '';
let receiver: Server;
let child: ChildProcess | undefined;
/** What notify would have told people, by key: a raise whose id the key took last is no news. */
const told = new Map<string, { readonly lastId: string; readonly states: readonly string[] }>();
let repeats = 0;
let onAlert: (count: number) => 'answer' | 'kill' = () => 'answer';
let received = 0;
let isDying = false;

beforeAll(async () => {
  postgres = await serverForTest();
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-alarms-'));
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // Still on its way when the one who raised it died: never taken.
      if (isDying) return void request.destroy();
      take(JSON.parse(Buffer.concat(chunks).toString()));
      received += 1;
      if (onAlert(received) !== 'kill') return void response.end();
      // Taken, but the one who raised it never hears so.
      isDying = true;
      child?.kill('SIGKILL');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  child?.kill('SIGKILL');
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await postgres.remove();
  await rm(folder, { recursive: true, force: true });
});

function take(alert: AlertInput): void {
  // Every start says that no alarm is blind, in case an earlier process said that some are.
  if (!alert.key.startsWith('alarm:')) return;
  const known = told.get(alert.key);
  if (known !== undefined && known.lastId === alert.id) {
    repeats += 1;
    return;
  }
  told.set(alert.key, { lastId: alert.id ?? '', states: [...(known?.states ?? []), alert.state] });
}

interface Running {
  readonly tell: (line: string) => Promise<'done' | 'died'>;
  readonly exited: Promise<void>;
}

function start(): Running {
  const script = fileURLToPath(new URL('engine-child.ts', import.meta.url));
  const { port } = receiver.address() as AddressInfo;
  const args = [
    '--import',
    'tsx',
    script,
    postgres.server.url,
    path.join(folder, 'points'),
    `http://127.0.0.1:${port}/`,
  ];
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child = started;
  isDying = false;
  let answered: () => void = () => undefined;
  const next = (): Promise<'done'> =>
    new Promise((resolve) => {
      answered = () => resolve('done');
    });
  started.on('message', () => answered());
  const exited = new Promise<void>((resolve) => started.once('exit', () => resolve()));
  const died = exited.then(() => 'died' as const);
  const ready = Promise.race([next(), died]);
  return {
    exited,
    tell: async (line) => {
      if ((await ready) === 'died' || !started.connected) return 'died';
      const answer = next();
      started.send(line, () => undefined);
      return Promise.race([answer, died]);
    },
  };
}

it('loses no alarm and sends none twice when it is killed while it evaluates and tells', {
  timeout: 120_000,
}, async () => {
  const first = start();
  expect(await first.tell(`create 0 ${ALARMS}`)).toBe('done');
  // Killed while notify is being told: some were taken, and the one at hand without an answer.
  onAlert = (count) => (count >= 25 ? 'kill' : 'answer');
  await first.tell(`points 0 ${ALARMS / 2}`);
  await first.tell('settle');
  await first.exited;
  expect(told.size).toBeLessThan(ALARMS / 2);

  // Killed again, as soon as more points are durable and perhaps not yet looked at.
  onAlert = () => 'answer';
  const second = start();
  expect(await second.tell(`points ${ALARMS / 2} ${ALARMS}`)).toBe('done');
  child?.kill('SIGKILL');
  await second.exited;

  const third = start();
  expect(await third.tell('settle')).toBe('done');
  const all = Array.from({ length: ALARMS }, (_, index) => `alarm:kill-${index}`);
  expect([...told.keys()].sort()).toEqual(all.sort());
  expect([...told.values()].filter(({ states }) => states.join() !== 'firing')).toEqual([]);
  // The raise that never got an answer came again, under its own id.
  expect(repeats).toBeGreaterThan(0);
});
