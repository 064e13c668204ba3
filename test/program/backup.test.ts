import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeTestPort, hasPostgres15, removeServers, startPostgres, type TestPostgres } from '../backup/postgres.ts';
import { api, holdfast, newFolder, type Program, removeFolder, startProgram, until } from '../harness/program.ts';

interface Promised {
  readonly promises: readonly {
    readonly id: string;
    readonly state: string;
    readonly probes: readonly { readonly lastProof?: { readonly summary: string } }[];
  }[];
}

interface Finding {
  readonly id: string;
  readonly level: string;
  readonly detail: string;
  readonly remedy?: string;
}

let folder = '';
let program: Program;
beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder: path.join(folder, 'data') });
});
afterAll(async () => {
  await program.stop();
  await removeServers();
  await removeFolder(folder);
});

async function stateOf(of: Program, id: string): Promise<{ state: string; summaries: string }> {
  const { promises } = (await api<Promised>(of, 'GET', '/trust')).body;
  const found = promises.find((promise) => promise.id === id);
  const summaries = (found?.probes ?? []).map(({ lastProof }) => lastProof?.summary ?? '').join(' ');
  return { state: found?.state ?? 'missing', summaries };
}

async function untilStates(of: Program, wanted: Readonly<Record<string, string>>): Promise<void> {
  const found = async (): Promise<Record<string, string>> =>
    Object.fromEntries(await Promise.all(Object.keys(wanted).map(async (id) => [id, (await stateOf(of, id)).state])));
  await until(JSON.stringify(wanted), async () => JSON.stringify(await found()) === JSON.stringify(wanted), 110_000);
}

const refusal = async (method: string, at: string, body?: unknown) => {
  const reply = await api<{ error?: { code: string; message: string; hint: string } }>(program, method, at, { body });
  return { status: reply.status, ...reply.body?.error };
};

test('its own database is streamed, kept and restored from the first minute, and only the remote place is missing', async () => {
  await untilStates(program, { M12: 'proven', M13: 'proven', M15: 'broken' });
  expect((await stateOf(program, 'M15')).summaries).toMatch(/No zone is remote/);
  const listed = await holdfast(program, ['backup', 'list']);
  expect(listed.stdout).toMatch(/^holdfast +streaming/m);
  const reports = await holdfast(program, ['backup', 'reports', 'holdfast']);
  expect(reports.stdout).toMatch(/passed/);
  const check = await holdfast(program, ['backup', 'check', 'holdfast']);
  expect(check.code).not.toBe(0);
  expect(check.stdout).toMatch(/✕ Remote zone: no zone is remote/);
}, 180_000);

test('with a zone in another place the remote promise is proven as well', async () => {
  const zone = (name: string, more: string): string => `${name}=file://${path.join(folder, 'far', name)}?${more}`;
  await mkdir(path.join(folder, 'far'));
  const zones = [zone('a', 'domain=rack-1'), zone('b', 'domain=rack-2'), zone('c', 'domain=far&remote=true')].join(' ');
  const second = await startProgram({
    folder: path.join(folder, 'second'),
    env: { HOLDFAST_ZONES: zones },
  });
  try {
    await untilStates(second, { M12: 'proven', M13: 'proven', M15: 'proven' });
    expect((await stateOf(second, 'M15')).summaries).toMatch(/in c too/);
  } finally {
    await second.stop();
  }
}, 180_000);

describe('what is refused', () => {
  const OWN = '/backup/sources/holdfast';

  test('a database, run or target that is not there', async () => {
    expect(await refusal('GET', '/backup/sources/nowhere')).toMatchObject({ status: 404 });
    expect(await refusal('POST', '/backup/sources/nowhere/restore/plan', {})).toMatchObject({ status: 404 });
    expect(await refusal('GET', '/backup/runs/none')).toMatchObject({ status: 404 });
    expect(await refusal('POST', `${OWN}/restore/plan`, { name: 'no-such-point' })).toMatchObject({
      code: 'backup-restore.name-unknown',
    });
    const two = await refusal('POST', `${OWN}/restore/plan`, { timeMs: 1, name: 'x' });
    expect(two).toMatchObject({ status: 400, message: expect.stringMatching(/not several/) });
    const command = await holdfast(program, ['restore', 'plan', '-d', 'holdfast', '--to', '1m', '--lsn', '0/1']);
    expect(command.code).not.toBe(0);
    expect(command.stderr).toMatch(/not several|one of/);
  });

  test('a second outside of the range, which the message names', async () => {
    const early = await refusal('POST', `${OWN}/restore/plan`, { timeMs: Date.UTC(2001, 0, 1) });
    expect(early.code).toBe('backup-restore.target-unreachable');
    expect(`${early.message} ${early.hint}`).toMatch(/restorable are \d{4}-\d\d-\d\d [\d:.]+ UTC to \d{4}-/);
    const late = await refusal('POST', `${OWN}/restore/plan`, { timeMs: Date.now() + 3_600_000 });
    expect(late.code).toBe('backup-restore.target-unreachable');
    const zoneless = await holdfast(program, ['restore', 'plan', '-d', 'holdfast', '--to', '2026-11-22 17:00:00']);
    expect(zoneless.stderr).toMatch(/with its zone/);
  });

  test('a folder that is not empty, not whole, or a port that is taken, before anything is written', async () => {
    const full = path.join(folder, 'full');
    await mkdir(full);
    await writeFile(path.join(full, 'letters'), 'of mine');
    const taken = createServer();
    const port = await freeTestPort();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    const apply = (args: readonly string[]) => holdfast(program, ['restore', 'apply', '-d', 'holdfast', ...args]);
    try {
      const occupied = await apply(['--into', full]);
      expect([occupied.code === 0, occupied.stderr]).toEqual([
        false,
        expect.stringMatching(/folder-not-empty|not empty/),
      ]);
      const relative = await apply(['--into', 'somewhere']);
      expect([relative.code === 0, relative.stderr]).toEqual([false, expect.stringMatching(/whole path/)]);
      const busy = path.join(folder, 'busy');
      const collided = await apply(['--into', busy, '--port', String(port)]);
      expect([collided.code === 0, collided.stderr]).toEqual([
        false,
        expect.stringMatching(new RegExp(`port ${port}`)),
      ]);
      const cluster = await apply(['--into', path.join(folder, 'data', 'postgres', 'pgdata')]);
      expect([cluster.code === 0, cluster.stderr]).toEqual([false, expect.stringMatching(/cluster|not empty/)]);
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  });

  test('a viewer who restores, and anybody who takes its own database out of backup', async () => {
    const made = await api<{ token: string }>(program, 'POST', '/keys', {
      body: { name: 'viewer', roles: ['viewer'] },
    });
    expect(made.status).toBeLessThan(300);
    const { token } = made.body;
    for (const [method, at, body] of [
      ['POST', `${OWN}/restore`, { into: path.join(folder, 'viewed') }],
      ['POST', `${OWN}/snapshots`, undefined],
      ['DELETE', OWN, undefined],
    ] as const) {
      expect((await api(program, method, at, { token, ...(body === undefined ? {} : { body }) })).status).toBe(403);
    }
    expect((await api(program, 'GET', OWN, { token: null })).status).toBe(401);
    expect(await refusal('DELETE', OWN)).toMatchObject({ status: 409, code: 'backup.source-is-own' });
  });
});

describe.skipIf(!hasPostgres15)('databases that are wrong', () => {
  let source: TestPostgres;
  let other: TestPostgres;
  beforeAll(async () => {
    source = await startPostgres({ major: 15 });
    other = await startPostgres({ major: 15, settings: { wal_level: 'minimal', max_wal_senders: '0' } });
  });

  const add = (name: string, url: string) => api(program, 'POST', '/backup/sources', { body: { name, url } });
  const findings = async (name: string): Promise<readonly Finding[]> =>
    (await api<{ findings: readonly Finding[] }>(program, 'GET', `/backup/sources/${name}/check`)).body.findings;
  const errorOf = async (name: string, id: string): Promise<Finding | undefined> =>
    (await findings(name)).find((finding) => finding.id === id && finding.level === 'error');

  test('wal_level is minimal: the check tells the remedy', async () => {
    expect((await add('minimal', other.url)).status).toBe(200);
    expect(await errorOf('minimal', 'wal-level')).toMatchObject({
      detail: expect.stringMatching(/minimal/),
      remedy: expect.stringMatching(/wal_level = replica/),
    });
    expect(await errorOf('minimal', 'wal-senders')).toBeDefined();
    expect((await api(program, 'DELETE', '/backup/sources/minimal')).status).toBeLessThan(300);
  });

  test('a password that is wrong is told without it', async () => {
    expect((await add('wrong', source.url.replace('only-for-tests', 'hunter22'))).status).toBe(200);
    const found = await errorOf('wrong', 'connection');
    expect(found?.detail).toMatch(/password|28P01/);
    expect(JSON.stringify(await findings('wrong'))).not.toContain('hunter22');
    await api(program, 'DELETE', '/backup/sources/wrong');
  });

  test('an address that is none, and a name that is taken or cannot be', async () => {
    expect((await add('bad', 'mysql://x@y/z')).status).toBe(400);
    expect((await add('Bad Name', source.url)).status).toBe(400);
    expect((await add('holdfast', source.url)).status).toBe(409);
  });

  test('one cluster under two names is streamed twice, from a slot each; the address of another cluster is refused', async () => {
    expect((await add('one', source.url)).status).toBe(200);
    expect((await add('two', source.url)).status).toBe(200);
    expect((await add('one', source.url)).status).toBe(409);
    const streams = async (name: string): Promise<string> =>
      (await api<{ stream: { state: string } }>(program, 'GET', `/backup/sources/${name}`)).body.stream.state;
    await until(
      'both stream',
      async () => (await streams('one')) === 'streaming' && (await streams('two')) === 'streaming',
    );
    const slots = await source.query(`SELECT slot_name FROM pg_replication_slots ORDER BY 1`);
    expect(slots).toEqual([{ slot_name: 'holdfast_one' }, { slot_name: 'holdfast_two' }]);
    const stranger = await startPostgres({ major: 15 });
    const moved = await refusal('PATCH', '/backup/sources/one', { url: stranger.url });
    expect(moved).toMatchObject({ status: 409, code: 'backup-wal.other-cluster' });
    expect(await streams('one')).toBe('streaming');
    await api(program, 'DELETE', '/backup/sources/one');
    expect(await source.query(`SELECT slot_name FROM pg_replication_slots`)).toEqual([{ slot_name: 'holdfast_two' }]);
  });

  test('a standby can be the source, and its check does not ask for a heartbeat', async () => {
    const standby = await startPostgres({ standbyOf: source });
    expect((await add('standby', standby.url)).status).toBe(200);
    await until('it streams', async () => {
      const { body } = await api<{ stream: { state: string } }>(program, 'GET', '/backup/sources/standby');
      return body.stream.state === 'streaming';
    });
    expect((await findings('standby')).map(({ id }) => id)).not.toContain('heartbeat');
    expect(await errorOf('standby', 'role')).toBeUndefined();
  });
});
