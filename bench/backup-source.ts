import { readdir, readFile } from 'node:fs/promises';
import { runAsServerUser, runClient, startPostgres, type TestPostgres } from '../test/backup/postgres.ts';

/** The server that `npm run bench backup` backs up, its daily changes, and what it costs the processor. */

/** What a scale of pgbench takes on disk, its index and a tenth of room in each page included. */
const SCALE_BYTES = 17.2e6;
/** Room in each page, so that an updated row stays in its page and a changed page is one page. */
const FILL_PERCENT = '90';

export async function fillSource(gigabytes: number, withText: boolean, socketFolder: string): Promise<TestPostgres> {
  const server = await startPostgres({
    settings: {
      ...{ fsync: 'on', shared_buffers: '256MB', max_wal_size: '4GB', autovacuum: 'off' },
      unix_socket_directories: socketFolder,
    },
  });
  const scale = String(Math.max(1, Math.ceil((gigabytes * 1e9) / SCALE_BYTES)));
  const pgbench = (steps: string) =>
    runClient(server, 'pgbench', ['-i', '-q', '-F', FILL_PERCENT, '-s', scale, '-I', steps, 'postgres']);
  if (withText) {
    await pgbench('dt');
    await server.query(`INSERT INTO pgbench_branches(bid, bbalance) SELECT n, 0 FROM generate_series(1, ${scale}) n`);
    await server.query(
      `INSERT INTO pgbench_tellers(tid, bid, tbalance) SELECT n, (n - 1) / 10 + 1, 0 FROM generate_series(1, ${scale} * 10) n`,
    );
    await server.query(
      `INSERT INTO pgbench_accounts(aid, bid, abalance, filler)
       SELECT n, (n - 1) / 100000 + 1, 0, md5(n::text) || repeat(' ', 52) FROM generate_series(1, ${scale} * 100000) n`,
    );
    await pgbench('vp');
  } else {
    await pgbench('dtgvp');
  }
  await server.query('CHECKPOINT');
  return server;
}

/** Changes one row in so many of all pages of the large table, at random. */
export async function changePages(server: TestPostgres, share: number): Promise<void> {
  await server.query(
    `WITH size AS (
       SELECT pg_relation_size('pgbench_accounts') / 8192 AS pages, (SELECT max(aid) FROM pgbench_accounts) AS rows
     ), chosen AS (
       SELECT 1 + floor(random() * rows)::int AS aid FROM size, generate_series(1, (pages * ${share})::int)
     )
     UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid IN (SELECT aid FROM chosen)`,
  );
  await server.query('CHECKPOINT');
}

const TICKS_PER_SECOND = 100;

/** Processor seconds of the postmaster, of the children that it has and of those that it had (proc(5)). */
export async function sourceCpuSeconds(server: TestPostgres): Promise<number> {
  const own = server.pid();
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((at) => Number(fields[at] ?? 0));
    if (Number(name) === own) ticks += (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0);
    else if (parent === own) ticks += (user ?? 0) + (system ?? 0);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Runs a program as the server's user; with the processor seconds of it and of all its children. */
export async function runTimed(command: readonly string[], output: '>&2' | '> /dev/null' = '>&2'): Promise<number> {
  const script = `TIMEFORMAT='cpu %U %S'; time "$@" ${output}`;
  const said = await runAsServerUser('/bin/bash', ['-c', script, 'bash', ...command]);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(said) ?? [];
  return Number(user) + Number(system);
}
