import { access, chown, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRestore, gatherRestore, planRestore, type RestoreOrder } from '../../src/backup/restore/index.ts';
import type { Progress, RestorePlan, RestoreTarget } from '../../src/backup/types.ts';
import {
  freeTestPort,
  hasPostgres15,
  removeServers,
  serverUser,
  startPostgres,
  type TestPostgres,
} from './postgres.ts';
import { newRestoreBench, type RestoreBench, SOURCE } from './restore-bench.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await removeServers();
  for (const cleanUp of cleanUps) await cleanUp();
});

async function newBench(): Promise<RestoreBench> {
  const bench = await newRestoreBench();
  cleanUps.push(bench.remove);
  return bench;
}

async function planTo(bench: RestoreBench, target: RestoreTarget, timeline?: number): Promise<RestorePlan> {
  const known = await gatherRestore(bench.catalog, SOURCE);
  return planRestore({ ...known, source: SOURCE, target, ...(timeline === undefined ? {} : { timeline }) });
}

/** Applies, asks one question of the copy, and stops it. */
async function ask(
  bench: RestoreBench,
  plan: RestorePlan,
  sql: string,
  more: Partial<RestoreOrder> = {},
): Promise<readonly unknown[][]> {
  const into = more.into ?? (await bench.newFolder());
  const { server } = await applyRestore(bench.deps, { plan, into, start: { port: await freeTestPort() }, ...more });
  const client = new pg.Client({ connectionString: server?.url.replace('postgres:///', 'postgres://postgres@/') });
  try {
    await client.connect();
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
    await server?.stop();
  }
}

async function codeOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );
}

const nowOf = async (server: TestPostgres): Promise<number> => {
  const [row] = await server.query<{ ms: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
  return Number(row?.ms);
};

const SETTINGS = {
  track_commit_timestamp: 'on',
  wal_keep_size: '1GB',
  archive_mode: 'on',
  archive_command: 'false',
};

describe.skipIf(!hasPostgres15)('PostgreSQL 15', () => {
  let server: TestPostgres;
  let bench: RestoreBench;
  let beforeDropMs: number;
  let lastCommitMs: number;
  let spaceFolder: string;

  beforeAll(async () => {
    bench = await newBench();
    server = await startPostgres({ major: 15, settings: SETTINGS });
    spaceFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-space-'));
    cleanUps.push(() => rm(spaceFolder, { recursive: true, force: true }));
    const user = await serverUser();
    if (user.isOther) await chown(spaceFolder, user.uid, user.gid);
    await server.query(`CREATE TABLESPACE side LOCATION '${spaceFolder}'`);
    await server.query('CREATE TABLE spaced TABLESPACE side AS SELECT generate_series(1, 5000) AS id');
    await server.query(`ALTER SYSTEM SET synchronous_commit = 'on'`);
    await server.query(`ALTER SYSTEM SET primary_conninfo = 'host=nowhere password=secret'`);
    await server.query(`ALTER SYSTEM SET recovery_min_apply_delay = '1h'`);
    await server.query(`ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'`);
    await server.query(`ALTER SYSTEM SET ssl_cert_file = '/nowhere/server.crt'`);
    await bench.snapshot(server);
    await server.query(`CREATE TABLE precious AS SELECT i AS id FROM generate_series(1, 1000) i`);
    await server.query(`SELECT pg_create_restore_point('before the drop')`);
    beforeDropMs = await nowOf(server);
    await server.query('SELECT pg_sleep(0.05)');
    await server.query('DROP TABLE precious');
    await server.query('CREATE TABLE afterwards (id int)');
    lastCommitMs = (await bench.noteWal(server)).lastCommitMs ?? 0;
  });

  test('a dropped table comes back from the moment before', async () => {
    const plan = await planTo(bench, { type: 'time', timeMs: beforeDropMs, inclusive: true });
    expect(plan.notes.join(' ')).toMatch(/what was committed from then until .* will not be in the restored cluster/);
    const rows = await ask(bench, plan, `SELECT count(*)::int, to_regclass('afterwards') FROM precious`);
    expect(rows).toEqual([[1000, null]]);
  });

  test('tablespaces are moved, and settings that would harm are off', async () => {
    const into = await bench.newFolder();
    const moved = `${into}-space`;
    const plan = await planTo(bench, { type: 'latest' });
    const sql = `SELECT count(*)::int, current_setting('archive_mode'), current_setting('recovery_min_apply_delay'),
      current_setting('shared_preload_libraries'), current_setting('primary_conninfo'),
      current_setting('max_logical_replication_workers'), to_regclass('afterwards')::text FROM spaced`;
    const rows = await ask(bench, plan, sql, { into, tablespaces: { [spaceFolder]: moved } });
    expect(rows).toEqual([[5000, 'off', '0', '', '', '0', 'afterwards']]);
    const [oid = ''] = await readdir(path.join(into, 'pg_tblspc'));
    expect(await readlink(path.join(into, 'pg_tblspc', oid))).toBe(moved);
    expect(await readFile(path.join(into, 'postgresql.auto.conf'), 'utf8')).not.toMatch(
      /^(recovery_|primary_|restore_)/m,
    );
    await expect(access(path.join(into, 'holdfast_restore', 'wal'))).rejects.toThrow();
  });

  test('an idle cluster is restored to its last commit, and a later time is refused with the range', async () => {
    const plan = await planTo(bench, { type: 'time', timeMs: lastCommitMs, inclusive: true });
    expect(plan.toEndOfWal).toBe(true);
    expect(await ask(bench, plan, `SELECT to_regclass('afterwards')::text`)).toEqual([['afterwards']]);
    const late = planTo(bench, { type: 'time', timeMs: lastCommitMs + 60_000, inclusive: true });
    await expect(late).rejects.toMatchObject({ code: 'backup-restore.target-unreachable' });
    await expect(late).rejects.toHaveProperty('hint', expect.stringMatching(/^restorable are \d{4}-.* to \d{4}-/));
  });

  test('a WAL position is reached, with and without the record at it', async () => {
    const [row] = await server.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    const end = (await bench.catalog.stretches(SOURCE))[0]?.toLsn ?? 0n;
    expect(row?.lsn).toBeDefined();
    const plan = await planTo(bench, { type: 'lsn', lsn: end, inclusive: true });
    expect(await ask(bench, plan, `SELECT to_regclass('afterwards')::text`)).toEqual([['afterwards']]);
    const middle = await planTo(bench, { type: 'lsn', lsn: end - 20_000n, inclusive: false });
    expect(middle.toEndOfWal).toBe(false);
    expect(await ask(bench, middle, 'SELECT count(*)::int FROM spaced')).toEqual([[5000]]);
    const beyond = planTo(bench, { type: 'lsn', lsn: end + 1n, inclusive: true });
    await expect(beyond).rejects.toMatchObject({ code: 'backup-restore.target-unreachable' });
  });

  test('a named point is reached', async () => {
    const stretch = (await bench.catalog.stretches(SOURCE))[0];
    const position = { timeline: 1, lsn: (stretch?.toLsn ?? 0n) - 100n };
    bench.namedPoints.push({ name: 'before the drop', timeMs: beforeDropMs, position });
    const plan = await planTo(bench, { type: 'name', name: 'before the drop' });
    expect(await ask(bench, plan, 'SELECT count(*)::int FROM precious')).toEqual([[1000]]);
    const unknown = planTo(bench, { type: 'name', name: 'nothing' });
    await expect(unknown).rejects.toMatchObject({ code: 'backup-restore.name-unknown' });
  });

  test('a restore that nobody starts can be started by hand and tidies up after itself', async () => {
    const into = await bench.newFolder();
    const plan = await planTo(bench, { type: 'time', timeMs: beforeDropMs, inclusive: true });
    const { notes } = await applyRestore(bench.deps, { plan, into });
    expect(notes.join(' ')).toMatch(/pg_ctl -D/);
    const again = await startPostgres({ major: 15, dataFolder: into });
    expect(await again.query('SELECT count(*)::int AS count FROM precious')).toEqual([{ count: 1000 }]);
    await expect(access(path.join(into, 'holdfast_restore'))).rejects.toThrow();
    await again.stop();
    const over = codeOf(applyRestore(bench.deps, { plan, into }));
    expect(await over).toBe('backup-restore.folder-is-cluster');
  });

  test('nothing that is there is written over', async () => {
    const plan = await planTo(bench, { type: 'latest' });
    expect(await codeOf(applyRestore(bench.deps, { plan, into: server.dataFolder }))).toBe(
      'backup-restore.folder-is-cluster',
    );
    const full = await bench.newFolder();
    await mkdir(full);
    await writeFile(path.join(full, 'letter.txt'), 'dear');
    expect(await codeOf(applyRestore(bench.deps, { plan, into: full }))).toBe('backup-restore.folder-not-empty');
    expect(await readdir(full)).toEqual(['letter.txt']);
    const huge = { ...plan, walBytes: Number.MAX_SAFE_INTEGER };
    expect(await codeOf(applyRestore(bench.deps, { plan: huge, into: await bench.newFolder() }))).toBe(
      'backup-restore.disk-too-small',
    );
  });

  test('an interrupted restore goes on with what it has, and only with the same plan', async () => {
    const into = await bench.newFolder();
    const plan = await planTo(bench, { type: 'time', timeMs: beforeDropMs, inclusive: true });
    const stop = new AbortController();
    let asked = 0;
    const vault = {
      get: (...args: Parameters<typeof bench.deps.vault.get>) => {
        asked += 1;
        if (asked > 4) stop.abort(new Error('cut off'));
        return bench.deps.vault.get(...args);
      },
    };
    const deps = { ...bench.deps, vault };
    await expect(applyRestore(deps, { plan, into, signal: stop.signal })).rejects.toThrow('cut off');
    const packs = bench.packs.size;
    expect(packs).toBeGreaterThan(6);
    const other = await planTo(bench, { type: 'lsn', lsn: plan.snapshot.stop.lsn, inclusive: true });
    expect(await codeOf(applyRestore(bench.deps, { plan: other, into }))).toBe(
      'backup-restore.folder-of-other-restore',
    );
    asked = 0;
    const rows = await ask(
      { ...bench, deps: { ...bench.deps, vault: countingVault(bench, () => (asked += 1)) } },
      plan,
      'SELECT count(*)::int FROM precious',
      { into },
    );
    expect(rows).toEqual([[1000]]);
    expect(asked).toBeLessThan(packs);
  });

  test('bytes that are not those of the snapshot never become a cluster', async () => {
    const [id, bytes] = [...bench.packs][2] ?? ['', Buffer.alloc(0)];
    bench.packs.set(id, Buffer.alloc(bytes.length, 9));
    const into = await bench.newFolder();
    const plan = await planTo(bench, { type: 'latest' });
    expect(await codeOf(applyRestore(bench.deps, { plan, into }))).toBe('backup-restore.file-damaged');
    await expect(access(path.join(into, 'global', 'pg_control'))).rejects.toThrow();
    bench.packs.set(id, bytes);
    // The copies were mended meanwhile: the same restore finds its own folder and ends well.
    expect(await ask(bench, plan, `SELECT to_regclass('afterwards')::text`, { into })).toEqual([['afterwards']]);
  });

  test('a gap in the WAL is refused when it is planned, and a segment that went away when it is applied', async () => {
    const known = await gatherRestore(bench.catalog, SOURCE);
    const [stretch] = known.stretches;
    const [snapshot] = known.snapshots;
    if (stretch === undefined || snapshot === undefined) throw new Error('nothing to plan');
    const begin = (snapshot.stop.lsn / 0x100_0000n + 2n) * 0x100_0000n;
    const gap = { ...known, stretches: [{ ...stretch, fromLsn: begin, toLsn: begin + 5000n }] };
    const target = { type: 'time', timeMs: beforeDropMs, inclusive: true } as const;
    expect(() => planRestore({ ...gap, source: SOURCE, target })).toThrow(/WAL is missing from/);
    const plan = await planTo(bench, target);
    const wal = { segment: async () => undefined };
    const order = { plan, into: await bench.newFolder() };
    expect(await codeOf(applyRestore({ ...bench.deps, wal }, order))).toBe('backup-restore.segment-missing');
  });

  test('progress tells phases, bytes and the time left', async () => {
    const seen: Progress[] = [];
    const plan = await planTo(bench, { type: 'latest' });
    const into = await bench.newFolder();
    await applyRestore(bench.deps, { plan, into, onProgress: (progress) => seen.push(progress) });
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['files', 'wal']);
    const last = seen.findLast(({ phase }) => phase === 'files');
    expect(last?.doneBytes).toBe(last?.totalBytes);
    expect((await stat(into)).mode & 0o777).toBe(0o700);
  });
});

const countingVault = (bench: RestoreBench, count: () => void): RestoreBench['deps']['vault'] => ({
  get: (...args) => {
    count();
    return bench.deps.vault.get(...args);
  },
});

describe('a promotion', () => {
  test('is followed by default, and the time before and the branch that was left can be chosen', async () => {
    const bench = await newBench();
    const primary = await startPostgres({ major: 18, settings: SETTINGS });
    await primary.query('CREATE TABLE marks (name text)');
    const standby = await startPostgres({ standbyOf: primary, settings: SETTINGS });
    await bench.snapshot(primary);
    await primary.query(`INSERT INTO marks VALUES ('before')`);
    const beforeMs = await nowOf(primary);
    await primary.query(`INSERT INTO marks VALUES ('late')`);
    const [at] = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    await expect
      .poll(async () => (await standby.query(`SELECT pg_last_wal_replay_lsn() >= '${at?.lsn}' AS there`))[0]?.['there'])
      .toBe(true);
    await standby.promote();
    await primary.query(`INSERT INTO marks VALUES ('old primary alone')`);
    const oldMs = (await bench.noteWal(primary)).lastCommitMs ?? 0;
    await primary.stop();
    await standby.query(`INSERT INTO marks VALUES ('new primary')`);
    await bench.noteWal(standby);
    const marks = async (target: RestoreTarget, timeline?: number): Promise<string> =>
      (await ask(bench, await planTo(bench, target, timeline), `SELECT string_agg(name, ',') FROM marks`))
        .flat()
        .join();
    expect(await marks({ type: 'latest' })).toBe('before,late,new primary');
    expect(await marks({ type: 'time', timeMs: beforeMs, inclusive: true })).toBe('before');
    expect(await marks({ type: 'time', timeMs: oldMs, inclusive: true }, 1)).toBe('before,late,old primary alone');
    const notes = (await planTo(bench, { type: 'latest' })).notes.join(' ');
    expect(notes).toMatch(/history passes a promotion: timelines 1, 2/);
    expect(notes).toMatch(/what the old primary wrote on timeline 1 after .* restore with timeline 1/);
    await expect(planTo(bench, { type: 'latest' }, 7)).rejects.toMatchObject({
      code: 'backup-restore.timeline-unknown',
    });
  });
});
