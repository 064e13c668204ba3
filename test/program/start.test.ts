import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  api,
  newFolder,
  type Program,
  query,
  removeFolder,
  runProgram,
  sendLines,
  startProgram,
} from '../harness/program.ts';

let folder = '';
let program: Program;
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
});
afterAll(async () => {
  await program.stop();
  await removeFolder(folder);
});

test('the first start prints where it listens, where data lies and what is embedded', () => {
  const screen = program.output();
  expect(screen).toContain(program.origin);
  expect(screen).toContain(folder);
  expect(screen).toMatch(/chDB [\d.]+, embedded/);
  expect(screen).toMatch(/PostgreSQL [\d.]+.*embedded/);
  expect(screen).toContain('admin@example.test');
});

test('readiness, health and metrics answer without a key, everything else asks for one', async () => {
  expect((await fetch(`${program.origin}/readyz`)).status).toBe(200);
  expect((await fetch(`${program.origin}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${program.origin}/metrics`)).text()).toContain('holdfast_ingest_records_total');
  const refused = await api<{ error: { code: string; hint: string } }>(program, 'GET', '/trust', { token: null });
  expect(refused.status).toBe(401);
  expect(refused.body.error.code).toBe('api.unauthenticated');
});

test('a second Holdfast on the same folder, and one on the same port, are refused with a hint', async () => {
  const sameFolder = await runProgram({ folder });
  expect(sameFolder.output).toMatch(/belongs to a Holdfast that is running[\s\S]*hint: [\s\S]*\[boot\.folder-in-use\]/);
  expect(sameFolder.code).toBe(5);
  const other = await newFolder();
  const samePort = await runProgram({ folder: other, env: { HOLDFAST_PORT: String(program.port) } });
  expect(samePort.output).toMatch(/port \d+ on 127\.0\.0\.1 is in use[\s\S]*\[boot\.port-in-use\]/);
  expect(samePort.code).toBe(9);
  await removeFolder(other);
});

test('a port in use by something else is refused before any engine is started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const other = await newFolder();
  const result = await runProgram({ folder: other, env: { HOLDFAST_PORT: String(port) } });
  expect(result.output).toContain('[boot.port-in-use]');
  await expect(stat(path.join(other, 'postgres'))).rejects.toThrow();
  server.close();
  await removeFolder(other);
});

test('a folder of another version, of somebody else, and an option out of range are refused', async () => {
  const other = await newFolder();
  await writeFile(path.join(other, 'holdfast.json'), '{"format": 99, "installationId": "x"}');
  expect((await runProgram({ folder: other })).output).toContain('[boot.folder-other-version]');
  const foreign = await newFolder();
  await writeFile(path.join(foreign, 'diary.txt'), 'dear');
  expect((await runProgram({ folder: foreign })).output).toContain('[boot.folder-foreign]');
  const result = await runProgram({ folder: other, env: { HOLDFAST_PORT: '99999' } });
  expect(result.output).toMatch(/HOLDFAST_PORT .*from 0 to 65535[\s\S]*\[base\.option-invalid\]/);
  expect(result.code).toBe(2);
  await Promise.all([removeFolder(other), removeFolder(foreign)]);
});

test('SIGTERM ends it cleanly, and a second start finds what was acknowledged and is ready soon', async () => {
  const own = await newFolder();
  const first = await startProgram({ folder: own });
  await sendLines(first, 'restart', [{ message: 'before the restart' }]);
  const stopStarted = performance.now();
  expect(await first.stop()).toBe(0);
  expect(performance.now() - stopStarted).toBeLessThan(10_000);
  expect(first.output()).toContain('stopped');
  const second = await startProgram({ folder: own });
  expect(second.output()).not.toContain('First admin');
  const found = await query(second, 'fields @message', ['restart']);
  expect(found.rows.map((row) => row['@message'])).toEqual(['before the restart']);
  await second.stop();
  await removeFolder(own);
});

test.skipIf(!isRoot)('it runs as a plain user too, with nothing of it owned by root', async () => {
  const { uid, gid } = await plainUser();
  const own = await newFolder();
  await chown(own, uid, gid);
  const plain = await startProgram({ folder: own, uid, gid });
  await sendLines(plain, 'plain', [{ message: 'as a plain user' }]);
  expect((await query(plain, 'fields @message', ['plain'])).rows).toHaveLength(1);
  expect((await stat(path.join(own, 'holdfast.json'))).uid).toBe(uid);
  await plain.stop();
  await removeFolder(own);
});

test.skipIf(!isRoot)('as root it works in a folder that only root may enter', async () => {
  const parent = await newFolder();
  await chmod(parent, 0o700);
  const own = path.join(parent, 'inner', 'data');
  await mkdir(own, { recursive: true });
  const closed = await startProgram({ folder: own });
  await sendLines(closed, 'closed', [{ message: 'behind a closed door' }]);
  expect((await query(closed, 'fields @message', ['closed'])).rows).toHaveLength(1);
  await closed.stop();
  await removeFolder(parent);
});

test.skipIf(!isRoot)('an unwritable folder is told to a plain user', async () => {
  const { uid, gid } = await plainUser();
  const parent = await newFolder();
  await chmod(parent, 0o755);
  const result = await runProgram({ folder: path.join(parent, 'data'), uid, gid });
  expect(result.output).toMatch(/cannot be written[\s\S]*\[boot\.folder-unwritable\]/);
  await removeFolder(parent);
});

async function plainUser(): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
