import type { Duplex } from 'node:stream';
import { Failure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { lendingOf } from './lending-socket.ts';
import { BACKUP_PROTOCOL_LIMITS } from './limits.ts';

/** One message from the server: its type byte and its body. */
export interface ServerMessage {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * Cuts the bytes of a socket into messages. What the consumer has not taken is bounded: past the limit the socket is
 * paused, so that a slow vault slows the server and not the memory grows.
 */
export interface MessageReader {
  /** Resolves with the next message; rejects when the connection ended. One caller at a time. */
  readonly next: () => Promise<ServerMessage>;
  /** A message that is whole already, without waiting. */
  readonly ready: () => ServerMessage | undefined;
  /**
   * While it is on, a message is valid only until the next one is asked for: sockets that can read into memory that goes
   * round. Nothing may be unread when it is changed.
   */
  readonly lend: (on: boolean) => void;
  /** Ends the connection; pending and later calls reject with `reason`. */
  readonly fail: (reason: unknown) => void;
}

const HEADER_BYTES = 5;

/** Bytes as they came; taking some copies only where they lie in several chunks. */
function createByteQueue() {
  const chunks: Buffer[] = [];
  let held = 0;
  const take = (bytes: number): Buffer => {
    const first = chunks[0] ?? Buffer.alloc(0);
    held -= bytes;
    if (first.length > bytes) {
      chunks[0] = first.subarray(bytes);
      return first.subarray(0, bytes);
    }
    if (first.length === bytes) {
      chunks.shift();
      return first;
    }
    const joined = Buffer.allocUnsafe(bytes);
    let filled = 0;
    while (filled < bytes) {
      const chunk = chunks[0] ?? Buffer.alloc(0);
      const part = chunk.subarray(0, bytes - filled);
      part.copy(joined, filled);
      filled += part.length;
      if (part.length === chunk.length) chunks.shift();
      else chunks[0] = chunk.subarray(part.length);
    }
    return joined;
  };
  return {
    take,
    held: () => held,
    push: (chunk: Buffer) => {
      const last = chunks.at(-1);
      // Reads that follow each other in memory are one chunk, so that few messages lie in two.
      if (last !== undefined && last.buffer === chunk.buffer && last.byteOffset + last.length === chunk.byteOffset) {
        chunks[chunks.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + chunk.length);
      } else {
        chunks.push(chunk);
      }
      held += chunk.length;
    },
    clear: () => {
      chunks.length = 0;
      held = 0;
    },
  };
}

export function createMessageReader(socket: Duplex, host: string): MessageReader {
  const queue = createByteQueue();
  const loan = createLoan(socket, queue.held);
  let paused = false;
  let ended: unknown;
  let wake: (() => void) | undefined;
  const rouse = (): void => {
    wake?.();
    wake = undefined;
  };
  const end = (reason: unknown): void => {
    ended ??= reason;
    rouse();
  };
  const resume = (): void => {
    if (!paused) return;
    paused = false;
    socket.resume();
  };
  socket.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    loan.noteReceived(chunk.length);
    if (queue.held() >= BACKUP_PROTOCOL_LIMITS.receiveBytesMax && !paused) {
      paused = true;
      socket.pause();
    }
    rouse();
  });
  tellEnd(socket, host, end);
  const nextWhole = createCutter(queue);
  const ready = (): ServerMessage | undefined => {
    loan.giveBack();
    const message = nextWhole();
    if (message !== undefined && queue.held() <= BACKUP_PROTOCOL_LIMITS.receiveBytesLow) resume();
    return message;
  };
  return {
    ready,
    lend: loan.lend,
    next: async () => {
      for (;;) {
        const message = ready();
        if (message !== undefined) return message;
        // A message longer than the bound must not wait for itself behind a paused socket.
        resume();
        if (ended !== undefined) throw ended;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    fail: (reason) => {
      end(reason);
      queue.clear();
      socket.destroy();
    },
  };
}

function tellEnd(socket: Duplex, host: string, end: (reason: Failure) => void): void {
  const lost = (reason: string): void => end(new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, { host, reason }));
  socket.on('end', () => lost('the server closed it'));
  socket.on('close', () => lost('it was closed'));
  socket.on('error', (error: Error) => lost(error.message));
}

/** Gives back what was read of a socket that lends: all but what is held, when the next message is asked for. */
function createLoan(socket: Duplex, held: () => number) {
  const lending = lendingOf(socket);
  let isLending = false;
  let received = 0;
  return {
    noteReceived: (bytes: number): void => {
      received += bytes;
    },
    giveBack: (): void => {
      if (isLending) lending?.giveBack(received - held());
    },
    lend: (on: boolean): void => {
      if (on === isLending) return;
      isLending = on;
      received = 0;
      if (on) lending?.begin();
      else lending?.end();
    },
  };
}

/** Takes one message after the other as soon as each is whole. */
function createCutter(queue: ReturnType<typeof createByteQueue>): () => ServerMessage | undefined {
  let header: { readonly type: string; readonly bodyBytes: number } | undefined;
  return () => {
    if (header === undefined) {
      if (queue.held() < HEADER_BYTES) return undefined;
      header = readHeader(queue.take(HEADER_BYTES));
    }
    if (queue.held() < header.bodyBytes) return undefined;
    const message = { type: header.type, body: queue.take(header.bodyBytes) };
    header = undefined;
    return message;
  };
}

function readHeader(bytes: Buffer): { readonly type: string; readonly bodyBytes: number } {
  const length = bytes.readUInt32BE(1);
  if (length < 4 || length > BACKUP_PROTOCOL_LIMITS.messageBytesMax) {
    const reason = `a message of type 0x${bytes.toString('hex', 0, 1)} with a length of ${length} bytes`;
    throw new Failure(BACKUP_PROTOCOL_FAILURES.messageBroken, { reason });
  }
  return { type: String.fromCharCode(bytes[0] ?? 0), bodyBytes: length - 4 };
}
