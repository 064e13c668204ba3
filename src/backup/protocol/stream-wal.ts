import { Failure } from '../../base/index.ts';
import type { Lsn, WalPosition } from '../types.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { formatLsn, parseLsn } from './lsn.ts';
import type { ServerMessage } from './message-reader.ts';
import { broken, parseDataRow } from './parse-message.ts';
import { describeRefusal, ServerRefusal, type Session, skipToReady } from './session.ts';

export type WalEvent =
  | {
      readonly type: 'data';
      /** Of the first byte. */
      readonly lsn: Lsn;
      readonly bytes: Buffer;
      /** How far the server's WAL goes, and its clock when it sent this. */
      readonly serverLsn: Lsn;
      readonly sentMs: number;
    }
  | {
      readonly type: 'keepalive';
      readonly serverLsn: Lsn;
      readonly sentMs: number;
      readonly replyRequested: boolean;
    }
  /** The timeline has ended on the server; the WAL goes on at this position of the next one. */
  | { readonly type: 'timeline-end'; readonly next: WalPosition }
  /** The server was shut down in order, after all its WAL was sent. */
  | { readonly type: 'shutdown' };

export interface WalStream extends AsyncIterable<WalEvent> {
  /** Tells the server what was received, is durable, and may be forgotten by it. Cheap; may be called at any time. */
  readonly sendStatus: (status: {
    readonly writtenLsn: Lsn;
    readonly flushedLsn: Lsn;
    readonly replyRequested?: boolean;
  }) => void;
}

export interface StartReplicationOptions {
  readonly slot?: string;
  readonly from: Lsn;
  readonly timeline: number;
  readonly nowMs: () => number;
  readonly signal?: AbortSignal;
}

/** PostgreSQL counts microseconds since 2000-01-01T00:00:00Z. */
const EPOCH_MS = 946_684_800_000;
const STATUS_BYTES = 34;
const DATA_HEADER_BYTES = 25;
const KEEPALIVE_BYTES = 18;

/** Streams WAL (PostgreSQL manual, 55.4 START_REPLICATION). The command is sent when the iteration begins. */
export function streamWal(session: Session, options: StartReplicationOptions): WalStream {
  return {
    [Symbol.asyncIterator]: () => readWal(session, options),
    sendStatus: ({ writtenLsn, flushedLsn, replyRequested = false }) => {
      if (!session.open()) return;
      const body = Buffer.allocUnsafe(STATUS_BYTES);
      body.write('r', 0, 'latin1');
      body.writeBigUInt64BE(writtenLsn, 1);
      body.writeBigUInt64BE(flushedLsn, 9);
      // Nothing is applied here; what is durable is what a synchronous commit may wait for.
      body.writeBigUInt64BE(flushedLsn, 17);
      body.writeBigInt64BE(BigInt(Math.round((options.nowMs() - EPOCH_MS) * 1000)), 25);
      body[33] = replyRequested ? 1 : 0;
      session.sendCopyData(body);
    },
  };
}

async function* readWal(session: Session, options: StartReplicationOptions): AsyncGenerator<WalEvent> {
  const { slot, from, timeline, signal } = options;
  const position = `${formatLsn(from)} TIMELINE ${timeline}`;
  const command = `START_REPLICATION ${slot === undefined ? '' : `SLOT "${slot}" `}PHYSICAL ${position}`;
  const onAbort = (): void => session.fail(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', onAbort, { once: true });
  let ended = false;
  try {
    session.send(command);
    yield* readMessages(session);
    ended = true;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ServerRefusal)) throw error;
    // After a refusal the connection takes commands again; when it does not, it has ended by itself.
    await skipToReady(session.next);
    ended = true;
    const at = { lsn: formatLsn(from), timeline: String(timeline), ...(slot === undefined ? {} : { slot }) };
    throw describeRefusal(error, command, at);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!ended) {
      const reason = 'the stream was left';
      session.fail(new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, { host: session.host, reason }));
    }
  }
}

async function* readMessages(session: Session): AsyncGenerator<WalEvent> {
  const first = await session.next();
  // A timeline that has no WAL after the asked position is answered at once with the next one.
  if (first.type === 'T') {
    yield await readTimelineEnd(session);
    return;
  }
  if (first.type !== 'W') throw broken(`a message of type "${first.type}" where the WAL was due`);
  for (;;) {
    const message = session.ready() ?? (await session.next());
    if (message.type === 'd') {
      yield parseCopy(message.body);
    } else if (message.type === 'c') {
      session.sendCopyDone();
      const answer = await session.next();
      yield answer.type === 'T' ? await readTimelineEnd(session) : { type: 'shutdown' };
      return;
    } else if (message.type === 'C') {
      yield { type: 'shutdown' };
      return;
    } else {
      throw broken(`a message of type "${message.type}" within the WAL`);
    }
  }
}

/** One row, next timeline and its begin; then the command ends, in some versions twice. */
async function readTimelineEnd(session: Session): Promise<WalEvent> {
  let next: WalPosition | undefined;
  for (;;) {
    const message: ServerMessage = await session.next();
    if (message.type === 'Z') break;
    if (message.type === 'D') {
      const [timeline, lsn] = parseDataRow(message.body);
      if (timeline === undefined || lsn === undefined) throw broken('the end of a timeline without the next one');
      next = { timeline: Number(timeline.toString()), lsn: parseLsn(lsn.toString()) };
    } else if (message.type !== 'C') {
      throw broken(`a message of type "${message.type}" at the end of a timeline`);
    }
  }
  if (next === undefined) throw broken('the end of a timeline without the next one');
  return { type: 'timeline-end', next };
}

const timeOf = (body: Buffer, offset: number): number => Number(body.readBigInt64BE(offset)) / 1000 + EPOCH_MS;

function parseCopy(body: Buffer): WalEvent {
  const kind = body[0];
  if (kind === 0x77 && body.length > DATA_HEADER_BYTES) {
    return {
      type: 'data',
      lsn: body.readBigUInt64BE(1),
      serverLsn: body.readBigUInt64BE(9),
      sentMs: timeOf(body, 17),
      bytes: body.subarray(DATA_HEADER_BYTES),
    };
  }
  if (kind === 0x6b && body.length === KEEPALIVE_BYTES) {
    return {
      type: 'keepalive',
      serverLsn: body.readBigUInt64BE(1),
      sentMs: timeOf(body, 9),
      replyRequested: body[17] === 1,
    };
  }
  throw broken(`a message of ${body.length} bytes and the kind ${kind ?? 'none'} within the WAL`);
}
