import { chmod, cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  freeTestPort,
  hasPostgres15,
  removeServers,
  runAsServerUser,
  startPostgres,
  type TestPostgres,
} from '../backup/postgres.ts';
import {
  api,
  type CommandResult,
  newFolder,
  type Program,
  ROOT,
  removeFolder,
  runCommand,
  startProgram,
  until,
} from '../harness/program.ts';

/** Everything is lost but one zone and the folder of the key: the commands of docs/disaster-recovery.md bring it back. */
let folder = '';
let machine = '';
let program: Program | undefined;
let source: TestPostgres;
let committed = '';

const SUM = `SELECT count(*) || ' ' || md5(string_agg(id || ':' || text, ',' ORDER BY id)) AS sum FROM orders`;

beforeAll(async () => {
  if (!hasPostgres15) return;
  folder = await newFolder();
  machine = await newFolder();
  for (const one of [folder, machine]) await chmod(one, 0o755);
  source = await startPostgres({ major: 15, settings: { fsync: 'on', track_commit_timestamp: 'on' } });
  program = await startProgram({ folder: path.join(folder, 'data') });
  await api(program, 'POST', '/backup/sources', { body: { name: 'orders', url: source.url } });
  const running = program;
  const restorableTo = async (): Promise<number> => {
    const { body } = await api<{ ranges: { toMs: number }[] }>(running, 'GET', '/backup/sources/orders');
    return body.ranges.at(-1)?.toMs ?? 0;
  };
  await until('a snapshot stands', async () => (await restorableTo()) > 0, 60_000);
  // After the snapshot, so that only the stream has it.
  await source.query(`CREATE TABLE orders AS SELECT id, md5(id::text) AS text FROM generate_series(1, 20000) id`);
  const [made] = await source.query<{ ms: string }>(
    `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 AS ms FROM orders LIMIT 1`,
  );
  const madeMs = Number(made?.ms);
  await until('the table is restorable', async () => (await restorableTo()) > madeMs, 60_000);
  committed = (await source.query<{ sum: string }>(SUM))[0]?.sum ?? '';
});

afterAll(async () => {
  program?.kill('SIGKILL');
  await removeServers();
  for (const one of [folder, machine]) if (one !== '') await removeFolder(one);
});

/** Commands of the page, with the places of its example put in place of those of this test. */
async function commandsOf(page: string, places: Readonly<Record<string, string>>): Promise<readonly string[][]> {
  const text = await readFile(path.join(ROOT, 'docs', page), 'utf8');
  const commands = [...text.matchAll(/`((?:holdfast|pg_ctl) [^`]+)`/g)].map((match) => match[1] ?? '');
  return commands.map((command) => {
    const placed = Object.entries(places).reduce((out, [from, to]) => out.replaceAll(from, to), command);
    return placed.split(' ');
  });
}

/** On the empty machine: no server to ask, no key of one, nothing in the home folder. */
const emptyMachine = (words: readonly string[]): Promise<CommandResult> =>
  runCommand(process.execPath, [path.join(ROOT, 'bin', 'holdfast'), ...words], {
    HOLDFAST_URL: 'http://127.0.0.1:9',
    HOLDFAST_KEY: '',
    HOME: machine,
  });

async function isOpen(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ recovers: boolean }>('SELECT pg_is_in_recovery() AS recovers');
    return rows[0]?.recovers === false;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

test.skipIf(!hasPostgres15)('one zone and the key bring a database back by the steps of the page', async () => {
  program?.kill('SIGKILL');
  await program?.exit;
  await source.kill();
  await cp(path.join(folder, 'data', 'zones', 'c'), path.join(machine, 'zone'), { recursive: true });
  await cp(path.join(folder, 'data', 'keys'), path.join(machine, 'keys'), { recursive: true });
  await removeFolder(folder);
  await removeServers();
  const into = path.join(machine, 'restored');
  const places = {
    '/mnt/zone-c': path.join(machine, 'zone'),
    './keys': path.join(machine, 'keys'),
    '/srv/restored': into,
  };
  const commands = await commandsOf('disaster-recovery.md', places);
  const [list, dryRun] = commands.filter((words) => words[0] === 'holdfast' && words.includes('--zone'));
  const start = commands.find((words) => words[0] === 'pg_ctl');
  if (list === undefined || dryRun === undefined || start === undefined) throw new Error('the page lacks a step');

  const listed = await emptyMachine(list.slice(1));
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toMatch(/^orders: restorable \d{4}-/m);
  expect(listed.stdout).toMatch(/^holdfast: restorable /m);

  const planned = await emptyMachine(dryRun.slice(1));
  expect(planned).toMatchObject({ code: 0, stderr: '' });
  expect(planned.stdout).toMatch(/snapshot +orders-/);
  await expect(readFile(path.join(into, 'PG_VERSION'))).rejects.toThrow(/ENOENT/);

  const applied = await emptyMachine(dryRun.slice(1).filter((word) => word !== '--dry-run'));
  expect(applied).toMatchObject({ code: 0, stderr: '' });
  expect(applied.stdout).toMatch(/stands in/);

  const port = await freeTestPort();
  const programs = '/usr/lib/postgresql/15/bin';
  const options = `-p ${port} -c unix_socket_directories=`;
  await runAsServerUser(path.join(programs, 'pg_ctl'), [...start.slice(1), '-w', '-o', options]);
  try {
    const url = source.url.replace(`:${source.port}/`, `:${port}/`);
    // pg_ctl is content while the server still recovers and lets nobody in.
    await until('recovery has ended', () => isOpen(url), 60_000);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect((await client.query<{ sum: string }>(SUM)).rows[0]?.sum).toBe(committed);
    await client.query('CREATE TABLE after_it_all (id int)');
    await client.end();
  } finally {
    await runAsServerUser(path.join(programs, 'pg_ctl'), ['-D', into, '-m', 'immediate', 'stop']);
  }
});

test.skipIf(!hasPostgres15)(
  'without the key, with a wrong folder or over what is there, it is refused with words',
  async () => {
    const zone = `file://${path.join(machine, 'zone')}`;
    const keys = path.join(machine, 'keys');
    const none = await emptyMachine(['backup', 'list', '--zone', zone, '--keys', path.join(machine, 'nothing')]);
    expect([none.code === 0, none.stderr]).toEqual([false, expect.stringMatching(/hint:/)]);
    const keyless = await emptyMachine(['backup', 'list', '--zone', zone]);
    expect([keyless.code === 0, keyless.stderr]).toEqual([false, expect.stringMatching(/--keys/)]);
    const noZone = await emptyMachine([
      'backup',
      'list',
      '--zone',
      `file://${path.join(machine, 'nowhere')}`,
      '--keys',
      keys,
    ]);
    expect([noZone.code === 0, noZone.stderr]).toEqual([false, expect.stringMatching(/hint:/)]);
    const apply = ['restore', 'apply', '-d', 'orders', '--zone', zone, '--keys', keys];
    const over = await emptyMachine([...apply, '--into', path.join(machine, 'restored')]);
    expect([over.code === 0, over.stderr]).toEqual([false, expect.stringMatching(/cluster|not empty/)]);
    const unknown = await emptyMachine([
      ...apply.slice(0, 3),
      'nobody',
      ...apply.slice(4),
      '--into',
      path.join(machine, 'x'),
    ]);
    expect([unknown.code === 0, unknown.stderr]).toEqual([false, expect.stringMatching(/nobody/)]);
  },
);
