import type { Duplex } from 'node:stream';
import { Failure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { BACKUP_PROTOCOL_LIMITS } from './limits.ts';
import { createMessageReader, type MessageReader, type ServerMessage } from './message-reader.ts';
import { broken, parseDataRow, parseServerError, type ServerError } from './parse-message.ts';

export type Row = readonly (Buffer | undefined)[];

/** A connection in replication mode after its start: commands go out, messages come in, one command at a time. */
export interface Session {
  readonly host: string;
  /** Sends a command; its messages are read by the caller, who must read to the ready message. */
  readonly send: (command: string) => void;
  readonly sendCopyData: (body: Buffer) => void;
  readonly sendCopyDone: () => void;
  /** The next message that is not a notice or a parameter; throws {@link ServerRefusal} for an error. */
  readonly next: () => Promise<ServerMessage>;
  readonly ready: () => ServerMessage | undefined;
  readonly lend: MessageReader['lend'];
  /** A command whose answer is rows. */
  readonly rows: (command: string) => Promise<readonly Row[]>;
  /** Bytes that wait to be sent. */
  readonly unsentBytes: () => number;
  readonly fail: (reason: unknown) => void;
  /** False once the connection has ended. */
  readonly open: () => boolean;
}

/** An ErrorResponse of the server on its way to a registered failure; the command decides which. */
export class ServerRefusal extends Error {
  readonly error: ServerError;

  constructor(error: ServerError) {
    super(error.message);
    this.name = 'ServerRefusal';
    this.error = error;
  }
}

const frame = (type: string, body: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(5 + body.length);
  bytes.write(type, 0, 'latin1');
  bytes.writeUInt32BE(4 + body.length, 1);
  body.copy(bytes, 5);
  return bytes;
};

/** Takes over the socket of a client that is ready; from here on the messages are read by this area. */
export function createSession(socket: Duplex, host: string): Session {
  socket.removeAllListeners('data');
  const reader = createMessageReader(socket, host);
  let open = true;
  socket.once('close', () => {
    open = false;
  });
  const write = (bytes: Buffer): void => {
    if (socket.writable) socket.write(bytes);
  };
  const isAside = ({ type }: ServerMessage): boolean => type === 'N' || type === 'S' || type === 'A';
  const checked = (message: ServerMessage): ServerMessage => {
    if (message.type === 'E') throw new ServerRefusal(parseServerError(message.body));
    return message;
  };
  const next = async (): Promise<ServerMessage> => {
    for (;;) {
      const message = await reader.next();
      if (!isAside(message)) return checked(message);
    }
  };
  const ready = (): ServerMessage | undefined => {
    for (;;) {
      const message = reader.ready();
      if (message === undefined || !isAside(message)) return message === undefined ? undefined : checked(message);
    }
  };
  const send = (command: string): void => write(frame('Q', Buffer.from(`${command}\0`)));
  const fail = (reason: unknown): void => {
    open = false;
    reader.fail(reason);
  };
  const rows = async (command: string): Promise<readonly Row[]> => {
    const timer = setTimeout(() => {
      fail(new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, { host, reason: `no answer to ${nameOf(command)}` }));
    }, BACKUP_PROTOCOL_LIMITS.commandMs);
    timer.unref();
    try {
      send(command);
      return await readRows(next);
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      await skipToReady(next);
      throw describeRefusal(error, command);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    ...{ host, send, next, ready, rows, fail, lend: reader.lend },
    open: () => open,
    sendCopyData: (body) => write(frame('d', body)),
    sendCopyDone: () => write(frame('c', Buffer.alloc(0))),
    unsentBytes: () => socket.writableLength,
  };
}

/** The words of a command without its values, for messages to people. */
export const nameOf = (command: string): string => /^[A-Z_ ]+/.exec(command)?.[0]?.trim() ?? command;

async function readRows(next: Session['next']): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const { type, body } = await next();
    if (type === 'Z') return rows;
    if (type === 'D') {
      rows.push(parseDataRow(body));
      if (rows.length > BACKUP_PROTOCOL_LIMITS.rowsMax) throw broken('more rows than a command may answer');
    } else if (type !== 'T' && type !== 'C') {
      throw broken(`a message of type "${type}" in the answer to a command`);
    }
  }
}

/** After an error the server says when it is ready again. */
export async function skipToReady(next: Session['next']): Promise<void> {
  for (;;) {
    const message = await next().catch((error: unknown) => {
      if (error instanceof ServerRefusal) return undefined;
      throw error;
    });
    if (message?.type === 'Z') return;
  }
}

/** What the server's error means; the codes are those of PostgreSQL's errcodes.txt. */
export function describeRefusal(refusal: ServerRefusal, command: string, at: Record<string, string> = {}): Failure {
  const { sqlState, message, detail } = refusal.error;
  const reason = detail === undefined ? message : `${message} (${detail})`;
  const slot = at['slot'] ?? /(?:slot|SLOT) "([^"]*)"/.exec(`${message} ${command}`)?.[1] ?? '';
  if (sqlState === '42704' && message.includes('slot')) {
    return new Failure(BACKUP_PROTOCOL_FAILURES.slotMissing, { slot }, { cause: refusal });
  }
  if (sqlState === '55006')
    return new Failure(BACKUP_PROTOCOL_FAILURES.slotInUse, { slot, reason }, { cause: refusal });
  // 55000 is what an invalidated slot answers with; the words differ between versions.
  const recycled =
    /has already been removed|is not in this server's history/.test(message) ||
    /can no longer (get changes from|access) replication slot|cannot read from replication slot|slot has been invalidated/.test(
      message,
    );
  if (recycled) {
    const details = { lsn: at['lsn'] ?? '?', timeline: at['timeline'] ?? '?', reason };
    return new Failure(BACKUP_PROTOCOL_FAILURES.walRecycled, details, { cause: refusal });
  }
  if (/^(57P0.|53300|08...)$/.test(sqlState)) {
    return new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, { host: 'the server', reason }, { cause: refusal });
  }
  const details = { command: nameOf(command), sqlState, reason };
  return new Failure(BACKUP_PROTOCOL_FAILURES.commandRefused, details, { cause: refusal });
}
