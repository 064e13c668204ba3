import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { type BaseBackupEvent, baseBackupCommand, streamBaseBackup } from './base-backup.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { formatLsn, parseLsn, parseWalFileName, walFileName } from './lsn.ts';
import { parseServerUrl } from './parse-url.ts';
import { createSession } from './session.ts';
import { streamWal, type WalEvent } from './stream-wal.ts';
import { parseTimelineHistory } from './timeline-history.ts';

const codeOf = (task: () => unknown): string => {
  try {
    task();
  } catch (error) {
    return isFailure(error) ? error.code : String(error);
  }
  return 'nothing was thrown';
};

test('positions and names of segments are read as PostgreSQL writes them', () => {
  expect(formatLsn(0x16_b374_d848n)).toBe('16/B374D848');
  expect(parseLsn('0/0')).toBe(0n);
  expect(walFileName(1, 3n, 16_777_216)).toBe('000000010000000000000003');
  expect(walFileName(0x1f, 0x100n, 16_777_216)).toBe('0000001F0000000100000000');
  expect(parseWalFileName('000000010000000000000100', 16_777_216)).toBeUndefined();
  for (const wrong of ['', '1', '1/', 'x/1', '1/123456789', '1/2/3']) {
    expect(codeOf(() => parseLsn(wrong))).toBe('backup-protocol.message-broken');
  }
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(1, 16, 1024), (lsn, mib) => {
      expect(parseLsn(formatLsn(lsn))).toBe(lsn);
      const size = mib * 1_048_576;
      const segmentNumber = lsn / BigInt(size);
      expect(parseWalFileName(walFileName(7, segmentNumber, size), size)).toEqual({ timeline: 7, segmentNumber });
    }),
  );
});

test('an address means what it means to libpq', () => {
  const full = parseServerUrl(
    'postgresql://us%40er:p%3Aw@[::1]:5433,db.example:5434/app?sslmode=verify-full&target_session_attrs=primary',
  );
  expect(full).toMatchObject({
    ...{ user: 'us@er', password: 'p:w', database: 'app', sslMode: 'verify-full', sessionAttrs: 'primary' },
    hosts: [
      { host: '::1', port: 5433 },
      { host: 'db.example', port: 5434 },
    ],
  });
  expect(parseServerUrl('postgres://u@/?host=/run/postgresql')).toMatchObject({
    ...{ hosts: [{ host: '/run/postgresql', port: 5432 }], database: 'u', password: undefined, sslMode: 'prefer' },
  });
  const refused = [
    'mysql://u@h/d',
    'postgresql://h/d',
    'postgresql://u@h:0/d',
    'postgresql://u@h/d?sslmode=maybe',
    'postgresql://u@h/d?slmode=require',
    'postgresql://u:%zz@h/d',
  ];
  for (const url of refused)
    expect(
      codeOf(() => parseServerUrl(url)),
      url,
    ).toBe('backup-protocol.url-invalid');
});

test('a refused address does not repeat its secret', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseServerUrl(`postgresql://u:geheim@h/d?${text}=1`);
      } catch (error) {
        expect(String(error)).not.toContain('geheim');
      }
    }),
  );
});

test('a history is read in order and refused out of it', () => {
  const text = '1\t0/3000098\tno recovery target specified\n\n2\t0/5000000\tbefore x\n';
  expect(parseTimelineHistory(3, text).parents).toEqual([
    { timeline: 1, switchLsn: 0x300_0098n },
    { timeline: 2, switchLsn: 0x500_0000n },
  ]);
  for (const wrong of ['2\t0/1\n1\t0/2\n', '3\t0/1\n', 'x\t0/1\n', '1\tnowhere\n']) {
    expect(codeOf(() => parseTimelineHistory(3, wrong))).toBe('backup-protocol.message-broken');
  }
});

test('the command of a base backup has the form of the version', () => {
  expect(baseBackupCommand({ label: `it's`, maxBytesPerSecond: 1 }, 140_000)).toBe(
    `BASE_BACKUP LABEL 'it''s' PROGRESS FAST WAL MAX_RATE 32 TABLESPACE_MAP MANIFEST 'yes' MANIFEST_CHECKSUMS 'SHA256'`,
  );
  expect(baseBackupCommand({ label: 'x', wal: false, fastCheckpoint: false }, 150_000)).toBe(
    `BASE_BACKUP (LABEL 'x', PROGRESS, CHECKPOINT 'spread', TABLESPACE_MAP, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`,
  );
});

const message = (type: string, ...body: (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(body.map((part) => Buffer.from(part)));
  const head = Buffer.from(`${type}....`);
  head.writeUInt32BE(4 + bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

const row = (...values: (string | null)[]): Buffer => {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(values.length);
  const parts = values.map((value) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : value.length);
    return Buffer.concat([length, Buffer.from(value ?? '')]);
  });
  return message('D', count, ...parts);
};

const result = (...rows: Buffer[]): Buffer => Buffer.concat([message('T', '\0\0'), ...rows, message('C', 'SELECT\0')]);

/** A server that says these bytes, cut into pieces, and nothing else. */
function scripted(bytes: Buffer, size = bytes.length): Duplex {
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  for (let at = 0; at < bytes.length; at += size) socket.push(bytes.subarray(at, at + size));
  socket.push(null);
  return socket;
}

const SCRIPT_14 = Buffer.concat([
  result(row('0/2000028', '1')),
  result(row('16385', '/space', '8'), row(null, null, '32')),
  ...[message('H', '\0\0\0'), message('d', 'space tar'), message('c')],
  ...[
    message('H', '\0\0\0'),
    message('d', 'base '),
    message('N', 'M', 'a notice\0\0'),
    message('d', 'tar'),
    message('c'),
  ],
  ...[message('H', '\0\0\0'), message('d', '{"manifest"}'), message('c')],
  result(row('0/2000138', '1')),
  ...[message('C', 'SELECT\0'), message('Z', 'I')],
]);

async function readAll<T>(events: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const event of events) found.push(event);
  return found;
}

const textOf = (event: BaseBackupEvent): string =>
  event.type === 'data' || event.type === 'manifest' ? `${event.type} ${event.bytes.toString()}` : event.type;

test('the wire form of version 14 gives the same events, however its bytes are cut', async () => {
  for (const size of [1, 7, 4096]) {
    const session = createSession(scripted(SCRIPT_14, size), 'test');
    const events = await readAll(streamBaseBackup(session, 140_011, { label: 'x' }));
    expect(events.map(textOf).filter((text) => text !== 'progress')).toEqual([
      ...['start', 'archive-start', 'data space tar', 'archive-end'],
      ...['archive-start', 'data base ', 'data tar', 'archive-end', 'manifest {"manifest"}', 'end'],
    ]);
    expect(events[0]).toMatchObject({ totalBytes: 40 * 1024, tablespaces: [{ oid: 16_385, location: '/space' }] });
    expect(events.at(-1)).toEqual({ type: 'end', position: { lsn: 0x200_0138n, timeline: 1 } });
  }
});

test('a backup that is cut anywhere ends with a failure', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: SCRIPT_14.length - 1 }), async (at) => {
      const session = createSession(scripted(SCRIPT_14.subarray(0, at)), 'test');
      await expect(readAll(streamBaseBackup(session, 140_011, { label: 'x' }))).rejects.toThrow(/ended/);
    }),
    { numRuns: 40 },
  );
});

test('a length that no server sends is refused at once instead of waited for', async () => {
  const bytes = message('H', '\0\0\0');
  bytes.writeUInt32BE(0x7000_0000, 1);
  const session = createSession(scripted(bytes), 'test');
  await expect(session.next()).rejects.toMatchObject({ code: 'backup-protocol.message-broken' });
});

test('the end of a timeline and refusals are told apart', async () => {
  const read = (bytes: Buffer): Promise<WalEvent[]> => {
    const session = createSession(scripted(bytes), 'test');
    return readAll(streamWal(session, { slot: 's', from: 16n, timeline: 1, nowMs: () => 0 }));
  };
  const end = Buffer.concat([result(row('2', '0/3000000')), message('C', 'START_STREAMING\0'), message('Z', 'I')]);
  const next = { type: 'timeline-end', next: { timeline: 2, lsn: 0x300_0000n } };
  expect(await read(end)).toEqual([next]);
  expect(await read(Buffer.concat([message('W', '\0\0\0'), message('c'), end]))).toEqual([next]);
  const refusal = (code: string, text: string): Buffer =>
    Buffer.concat([message('E', `C${code}\0M${text}\0\0`), message('Z', 'I')]);
  const cases: [Buffer, { readonly code: string }][] = [
    [refusal('42704', 'replication slot "s" does not exist'), BACKUP_PROTOCOL_FAILURES.slotMissing],
    [refusal('55006', 'replication slot "s" is active for PID 1'), BACKUP_PROTOCOL_FAILURES.slotInUse],
    [refusal('58P01', 'requested WAL segment 0 has already been removed'), BACKUP_PROTOCOL_FAILURES.walRecycled],
    [refusal('57P01', 'terminating connection'), BACKUP_PROTOCOL_FAILURES.connectionLost],
    [refusal('XX000', 'something'), BACKUP_PROTOCOL_FAILURES.commandRefused],
  ];
  for (const [bytes, { code }] of cases) await expect(read(bytes)).rejects.toMatchObject({ code });
});
