import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatLsn, parseLsn, parseWalFileName, walFileName } from '../../src/backup/protocol/index.ts';
import { createWalVerifier, type WalFindings, type WalVerifierSettings } from '../../src/backup/wal/index.ts';
import { Failure } from '../../src/base/index.ts';
import {
  CLIENT_PROGRAMS,
  hasPostgres15,
  removeServers,
  runClient,
  startPostgres,
  type TestPostgres,
} from './postgres.ts';

const SEGMENT = 1_048_576;
const run = promisify(execFile);

/** WAL of a real server with all that makes it hard: long records, switches, prepared transactions, named points. */
async function makeWal(server: TestPostgres): Promise<void> {
  await runClient(server, 'pgbench', ['-i', '-q', '-s', '1', 'postgres']);
  await runClient(server, 'pgbench', ['-n', '-t', '100', '-c', '2', 'postgres']);
  await server.query(`SELECT pg_logical_emit_message(true, 'long', repeat('y', 2500000))`);
  await server.query(`BEGIN; CREATE TABLE prepared (a int); INSERT INTO prepared VALUES (1); PREPARE TRANSACTION 'p'`);
  await server.query(`COMMIT PREPARED 'p'`);
  await server.query('BEGIN; DELETE FROM prepared; ROLLBACK');
  await server.query(`SELECT pg_create_restore_point('a named point')`);
  await server.query('SELECT pg_switch_wal()');
  await server.query('DROP TABLE prepared');
  await server.query('SELECT pg_switch_wal()');
}

interface Wal {
  readonly server: TestPostgres;
  readonly settings: Omit<WalVerifierSettings, 'from'>;
  readonly from: bigint;
  readonly bytes: Buffer;
}

async function readWal(major: 15 | 18): Promise<Wal> {
  const server = await startPostgres({ major, walSegmentMiB: 1, settings: { wal_keep_size: '256MB' } });
  await makeWal(server);
  const end = parseLsn((await server.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn'))[0]?.lsn ?? '');
  const control = await server.query<{ id: string }>('SELECT system_identifier::text AS id FROM pg_control_system()');
  await server.stop();
  const folder = path.join(server.dataFolder, 'pg_wal');
  const names = (await readdir(folder)).filter((name) => parseWalFileName(name, SEGMENT) !== undefined).sort();
  const files: Buffer[] = [];
  let from: bigint | undefined;
  for (const name of names) {
    const start = (parseWalFileName(name, SEGMENT)?.segmentNumber ?? 0n) * BigInt(SEGMENT);
    if (start >= end) break;
    from ??= start;
    files.push(await readFile(path.join(folder, name)));
  }
  const bytes = Buffer.concat(files).subarray(0, Number(end - (from ?? 0n)));
  const systemId = control[0]?.id ?? '';
  return {
    server,
    settings: { timeline: 1, walSegmentBytes: SEGMENT, systemId, majorVersion: major },
    from: from ?? 0n,
    bytes,
  };
}

const wals = new Map<number, Wal>();
beforeAll(async () => {
  if (!hasPostgres15) return;
  for (const major of [15, 18] as const) wals.set(major, await readWal(major));
});
afterAll(removeServers);

const walOf = (major: number): Wal => {
  const wal = wals.get(major);
  if (wal === undefined) throw new Error('there is no WAL');
  return wal;
};

function verify(wal: Wal, bytes: Buffer, sizes: () => number): readonly WalFindings[] {
  const verifier = createWalVerifier({ ...wal.settings, from: wal.from });
  const found: WalFindings[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const size = Math.max(1, sizes());
    found.push(verifier.push(bytes.subarray(offset, offset + size)));
    offset += size;
  }
  return found;
}

test.skipIf(!hasPostgres15)('it finds the records, commits and points that pg_waldump finds', async () => {
  const wal = walOf(15);
  const found = verify(wal, wal.bytes, () => 131_072);
  const end = wal.from + BigInt(wal.bytes.length);
  const program = path.join(CLIENT_PROGRAMS, 'pg_waldump');
  const first = walFileName(1, wal.from / BigInt(SEGMENT), SEGMENT);
  const last = walFileName(1, (end - 1n) / BigInt(SEGMENT), SEGMENT);
  const args = ['-p', path.join(wal.server.dataFolder, 'pg_wal'), '-s', formatLsn(wal.from)];
  const dump = await run(program, [...args, first, last], { maxBuffer: 512 * SEGMENT, env: { TZ: 'UTC' } });
  const lines = dump.stdout.split('\n').filter((line) => line.startsWith('rmgr:'));
  const sum = (of: (findings: WalFindings) => number): number => found.reduce((total, one) => total + of(one), 0);
  expect(sum(({ records }) => records)).toBe(lines.length);
  const commits = lines.filter((line) => /desc: COMMIT/.test(line));
  expect(sum(({ commits: count }) => count)).toBe(commits.length);
  const lastCommit = /COMMIT(?:_PREPARED)? .*?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})/.exec(commits.at(-1) ?? '')?.[1];
  const lastMs = found.findLast(({ lastCommitMs }) => lastCommitMs !== undefined)?.lastCommitMs;
  expect(new Date(lastMs ?? 0).toISOString().replace('T', ' ').replace('Z', '')).toBe(lastCommit);
  expect(found.flatMap(({ points }) => points).map(({ name }) => name)).toEqual(['a named point']);
  expect(found.at(-1)?.verifiedTo).toBe(end);
});

test.skipIf(!hasPostgres15).each([15, 18])(
  'PostgreSQL %i: WAL cut into pieces of any size verifies the same',
  (major) => {
    const wal = walOf(major);
    const whole = verify(wal, wal.bytes, () => wal.bytes.length);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        let at = 0;
        const cut = verify(wal, wal.bytes, () => sizes[at++ % sizes.length] ?? 1);
        const sum = (found: readonly WalFindings[]): number => found.reduce((total, { records }) => total + records, 0);
        expect([sum(cut), cut.at(-1)?.verifiedTo]).toEqual([sum(whole), whole.at(-1)?.verifiedTo]);
      }),
      { numRuns: 8 },
    );
  },
);

test.skipIf(!hasPostgres15).each([15, 18])('PostgreSQL %i: no flipped bit passes', (major) => {
  const wal = walOf(major);
  // One long stretch costs too much to check for each bit; the last segments hold every kind of place.
  const bytes = wal.bytes.subarray(wal.bytes.length - 6 * SEGMENT);
  const from = wal.from + BigInt(wal.bytes.length - 6 * SEGMENT);
  expect(from % BigInt(SEGMENT)).toBe(0n);
  const check = (changed: Buffer): { readonly verifiedTo: bigint; readonly checkedFrom: bigint } => {
    const verifier = createWalVerifier({ ...wal.settings, from });
    return { verifiedTo: verifier.push(changed).verifiedTo, checkedFrom: verifier.checkedFrom() };
  };
  const { verifiedTo, checkedFrom } = check(bytes);
  expect(verifiedTo).toBe(from + BigInt(bytes.length));
  const first = Number(checkedFrom - from);
  fc.assert(
    fc.property(fc.integer({ min: first, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      // The one bit that means nothing for recovery: whether the page was written while a backup ran.
      fc.pre(!(at % 8192 === 2 && bit === 2));
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      let proven = verifiedTo;
      try {
        proven = check(changed).verifiedTo;
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        return;
      }
      // A record that claims to be longer waits for bytes that never come: what is changed is not called proven.
      expect(proven).toBeLessThanOrEqual(from + BigInt(at));
    }),
    { numRuns: 250 },
  );
});

test.skipIf(!hasPostgres15)('WAL of another cluster, timeline, version or place is refused', () => {
  const wal = walOf(15);
  const refuses = (change: Partial<WalVerifierSettings>): void => {
    const verifier = createWalVerifier({ ...wal.settings, from: wal.from, ...change });
    expect(() => verifier.push(wal.bytes.subarray(0, 65_536))).toThrow(/is damaged/);
  };
  refuses({ systemId: '1' });
  refuses({ timeline: 2 });
  refuses({ majorVersion: 16 });
  refuses({ walSegmentBytes: 2 * SEGMENT });
  refuses({ from: wal.from + BigInt(SEGMENT) });
});
