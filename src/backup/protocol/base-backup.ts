import { Failure } from '../../base/index.ts';
import type { WalPosition } from '../types.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { parseLsn } from './lsn.ts';
import type { ServerMessage } from './message-reader.ts';
import { broken, parseDataRow, readCString } from './parse-message.ts';
import { describeRefusal, type Row, ServerRefusal, type Session, skipToReady } from './session.ts';

export interface BackupTablespace {
  readonly oid: number;
  readonly location: string;
  readonly sizeBytes: number | undefined;
}

/** The bytes of an event are valid only until the next event is asked for. */
export type BaseBackupEvent =
  /** Where the backup begins, and what will come; `totalBytes` is the server's estimate, WAL not counted. */
  | {
      readonly type: 'start';
      readonly position: WalPosition;
      readonly tablespaces: readonly BackupTablespace[];
      readonly totalBytes: number | undefined;
    }
  /** A tar archive begins; without a tablespace it is that of the data folder. */
  | { readonly type: 'archive-start'; readonly tablespace: BackupTablespace | undefined }
  | { readonly type: 'data'; readonly bytes: Buffer }
  | { readonly type: 'archive-end' }
  /** A piece of the manifest, after all archives. */
  | { readonly type: 'manifest'; readonly bytes: Buffer }
  | { readonly type: 'progress'; readonly doneBytes: number }
  | { readonly type: 'end'; readonly position: WalPosition };

export interface BaseBackupOptions {
  readonly label: string;
  /** Makes the source write a checkpoint at full speed instead of spreading it. Default true. */
  readonly fastCheckpoint?: boolean;
  /** Sends the WAL between start and stop with it, so that the backup needs nothing else. Default true. */
  readonly wal?: boolean;
  /** 0 is unlimited. */
  readonly maxBytesPerSecond?: number;
  readonly signal?: AbortSignal;
}

/** The server takes 32 kB/s to 1 GB/s. */
const rateOf = (bytesPerSecond: number): number => Math.min(1_048_576, Math.max(32, Math.floor(bytesPerSecond / 1024)));

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The command in the form of the server's version: a list in parentheses since 15 (PostgreSQL manual, 55.4). */
export function baseBackupCommand(options: BaseBackupOptions, serverVersion: number): string {
  const { fastCheckpoint = true, wal = true, maxBytesPerSecond = 0 } = options;
  const label = quote(options.label);
  const rate = maxBytesPerSecond > 0 ? [`MAX_RATE ${rateOf(maxBytesPerSecond)}`] : [];
  if (serverVersion >= 150_000) {
    const words = [
      `LABEL ${label}`,
      'PROGRESS',
      `CHECKPOINT '${fastCheckpoint ? 'fast' : 'spread'}'`,
      ...(wal ? ['WAL'] : []),
      ...rate,
      ...['TABLESPACE_MAP', `MANIFEST 'yes'`, `MANIFEST_CHECKSUMS 'SHA256'`],
    ];
    return `BASE_BACKUP (${words.join(', ')})`;
  }
  const words = [
    ...['BASE_BACKUP', `LABEL ${label}`, 'PROGRESS', ...(fastCheckpoint ? ['FAST'] : []), ...(wal ? ['WAL'] : [])],
    ...[...rate, 'TABLESPACE_MAP', `MANIFEST 'yes'`, `MANIFEST_CHECKSUMS 'SHA256'`],
  ];
  return words.join(' ');
}

/**
 * Streams a base backup. The consumer's pace is the server's: nothing is read ahead beyond a named limit. Leaving the
 * loop early, or the signal, ends the connection, because the protocol has no other way to stop.
 */
export async function* streamBaseBackup(
  session: Session,
  serverVersion: number,
  options: BaseBackupOptions,
): AsyncGenerator<BaseBackupEvent, void, undefined> {
  const command = baseBackupCommand(options, serverVersion);
  const onAbort = (): void => session.fail(options.signal?.reason);
  options.signal?.throwIfAborted();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  let complete = false;
  try {
    session.lend(true);
    session.send(command);
    yield* readBackup(session, serverVersion);
    complete = true;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof ServerRefusal)) throw error;
    await skipToReady(session.next);
    complete = true;
    throw describeRefusal(error, command);
  } finally {
    session.lend(false);
    options.signal?.removeEventListener('abort', onAbort);
    if (!complete) {
      const reason = 'the backup was left before its end';
      session.fail(new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, { host: session.host, reason }));
    }
  }
}

async function* readBackup(session: Session, serverVersion: number): AsyncGenerator<BaseBackupEvent> {
  const position = readPosition((await readResult(session))[0]);
  const tablespaces = (await readResult(session)).map(readTablespace);
  const sizes = tablespaces.map(({ sizeBytes }) => sizeBytes);
  const totalBytes = sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const named = tablespaces.filter((tablespace) => tablespace.oid !== 0);
  yield { type: 'start', position, tablespaces: named, totalBytes };
  if (serverVersion >= 150_000) yield* readOneCopy(session, named);
  else yield* readManyCopies(session, tablespaces);
  const end = readPosition((await readResult(session))[0]);
  for (;;) {
    const { type } = await session.next();
    if (type === 'Z') break;
    if (type !== 'C') throw broken(`a message of type "${type}" after a base backup`);
  }
  yield { type: 'end', position: end };
}

/** Since 15: one copy; the first byte of each message says what it holds. */
async function* readOneCopy(
  session: Session,
  tablespaces: readonly BackupTablespace[],
): AsyncGenerator<BaseBackupEvent> {
  await expect(session, 'H');
  let within: 'nothing' | 'archive' | 'manifest' = 'nothing';
  for (;;) {
    const message = await session.next();
    if (message.type === 'c') break;
    const { kind, body } = splitCopy(message);
    if (kind === 'd' && within !== 'nothing') {
      yield { type: within === 'archive' ? 'data' : 'manifest', bytes: body };
    } else if (kind === 'p' && body.length === 8) {
      yield { type: 'progress', doneBytes: Number(body.readBigInt64BE(0)) };
    } else if (kind === 'n' || kind === 'm') {
      if (within === 'archive') yield { type: 'archive-end' };
      within = kind === 'n' ? 'archive' : 'manifest';
      if (kind === 'n') yield { type: 'archive-start', tablespace: readArchiveName(body, tablespaces) };
    } else {
      throw broken(`a piece of a base backup of the kind "${kind}"`);
    }
  }
  if (within === 'archive') yield { type: 'archive-end' };
}

function splitCopy(message: ServerMessage): { readonly kind: string; readonly body: Buffer } {
  if (message.type !== 'd' || message.body.length === 0) {
    throw broken(`a message of type "${message.type}" within a base backup`);
  }
  return { kind: String.fromCharCode(message.body[0] ?? 0), body: message.body.subarray(1) };
}

function readArchiveName(body: Buffer, tablespaces: readonly BackupTablespace[]): BackupTablespace | undefined {
  const name = readCString(body, 0);
  const location = readCString(body, name.next).text;
  if (name.text === 'base.tar') return undefined;
  const oid = Number(/^(\d+)\.tar$/.exec(name.text)?.[1] ?? Number.NaN);
  const found = tablespaces.find((tablespace) => tablespace.oid === oid);
  if (found === undefined) throw broken(`an archive with the name "${name.text}"`);
  return { ...found, location };
}

/** Version 14: a copy for each tablespace in the order of the list, then one for the manifest. */
async function* readManyCopies(
  session: Session,
  tablespaces: readonly BackupTablespace[],
): AsyncGenerator<BaseBackupEvent> {
  let doneBytes = 0;
  for (const tablespace of tablespaces) {
    await expect(session, 'H');
    yield { type: 'archive-start', tablespace: tablespace.oid === 0 ? undefined : tablespace };
    for (;;) {
      const message = await session.next();
      if (message.type === 'c') break;
      if (message.type !== 'd') throw broken(`a message of type "${message.type}" within a base backup`);
      doneBytes += message.body.length;
      yield { type: 'data', bytes: message.body };
    }
    yield { type: 'archive-end' };
    yield { type: 'progress', doneBytes };
  }
  await expect(session, 'H');
  for (;;) {
    const message = await session.next();
    if (message.type === 'c') return;
    if (message.type !== 'd') throw broken(`a message of type "${message.type}" within a manifest`);
    yield { type: 'manifest', bytes: message.body };
  }
}

async function expect(session: Session, type: string): Promise<ServerMessage> {
  const message = await session.next();
  if (message.type !== type) throw broken(`a message of type "${message.type}" where "${type}" was due`);
  return message;
}

/** A row description, rows, and the end of the command they belong to. */
async function readResult(session: Session): Promise<readonly Row[]> {
  await expect(session, 'T');
  const rows: Row[] = [];
  for (;;) {
    const message = await session.next();
    if (message.type === 'C') return rows;
    if (message.type !== 'D') throw broken(`a message of type "${message.type}" in a list of rows`);
    rows.push(parseDataRow(message.body));
  }
}

function readPosition(row: Row | undefined): WalPosition {
  const [lsn, timeline] = row ?? [];
  if (lsn === undefined || timeline === undefined) throw broken('a base backup without its position');
  return { lsn: parseLsn(lsn.toString()), timeline: Number(timeline.toString()) };
}

function readTablespace(row: Row): BackupTablespace {
  const [oid, location, kilobytes] = row;
  return {
    oid: oid === undefined ? 0 : Number(oid.toString()),
    location: location?.toString() ?? '',
    sizeBytes: kilobytes === undefined ? undefined : Number(kilobytes.toString()) * 1024,
  };
}
