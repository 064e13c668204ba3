import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { BACKUP_PROTOCOL_LIMITS } from './limits.ts';

/**
 * What a socket reads into. Node gives every read memory of its own, and at the rate of a base backup the garbage
 * collector then takes a fifth of the processor. A socket that lends goes round a few buffers instead.
 */
export interface Lending {
  /** From now on what 'data' brings is only lent. Nothing may be unread when it begins. */
  readonly begin: () => void;
  /** So many bytes, counted from the beginning, are not looked at any more. */
  readonly giveBack: (totalBytes: number) => void;
  /** From now on 'data' brings memory of its own again. */
  readonly end: () => void;
}

interface Loan {
  readonly bytes: Buffer;
  filled: number;
  /** How many bytes had been lent when it was full. */
  endsAt: number;
}

const lendings = new WeakMap<object, Lending>();

/** Undefined for sockets that cannot, such as those of TLS. */
export const lendingOf = (socket: object): Lending | undefined => lendings.get(socket);

/** A plain socket that emits 'data' as any other does, until lending is begun. */
export function createLendingSocket(): Socket {
  const { readBytes, lentBytes } = BACKUP_PROTOCOL_LIMITS;
  const own = Buffer.allocUnsafeSlow(readBytes);
  const busy: Loan[] = [];
  let current: Loan | undefined;
  let isLending = false;
  let lent = 0;
  let given = 0;
  const nextLoan = (): Loan => {
    if (current !== undefined) busy.push({ ...current, endsAt: lent });
    const oldest = busy[0];
    if (oldest === undefined || oldest.endsAt > given) {
      return { bytes: Buffer.allocUnsafeSlow(lentBytes), filled: 0, endsAt: 0 };
    }
    busy.shift();
    return { bytes: oldest.bytes, filled: 0, endsAt: 0 };
  };
  // In the manual of Node, and not in its types.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
    onread: {
      buffer: () => {
        if (!isLending) return own;
        if (current === undefined || current.bytes.length - current.filled < readBytes) current = nextLoan();
        return current.bytes.subarray(current.filled);
      },
      callback: (length, into) => {
        lent += length;
        // Node asks for the next buffer ahead, so that a read may still fill one from before the change.
        const isLent = isLending && current !== undefined && into.buffer === current.bytes.buffer;
        if (isLent && current !== undefined) current.filled += length;
        const view = Buffer.from(into.buffer, into.byteOffset, length);
        socket.emit('data', isLent ? view : Buffer.from(view));
        return true;
      },
    },
  };
  const socket = new Socket(options);
  const reset = (on: boolean): void => {
    isLending = on;
    lent = 0;
    given = 0;
    current = undefined;
    busy.length = 0;
  };
  lendings.set(socket, {
    begin: () => reset(true),
    giveBack: (totalBytes) => {
      given = totalBytes;
    },
    end: () => reset(false),
  });
  return socket;
}
