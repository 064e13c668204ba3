/** Bytes on their way to one vault item: pushed without waiting, read by the vault at its own pace. */
export interface ByteQueue {
  readonly push: (bytes: Buffer) => void;
  readonly close: () => void;
  /** The reader gets this reason instead of an end, so that no item is made of half the bytes. */
  readonly fail: (reason: unknown) => void;
  readonly waitingBytes: () => number;
  readonly bytes: AsyncIterable<Buffer>;
}

/** `onDone` is called with each piece that the reader has done with: it may be written to again. */
export function createByteQueue(onDone: (bytes: Buffer) => void): ByteQueue {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let state: { readonly type: 'open' | 'closed' } | { readonly type: 'failed'; readonly reason: unknown } = {
    type: 'open',
  };
  let wake: (() => void) | undefined;
  const rouse = (): void => {
    wake?.();
    wake = undefined;
  };
  async function* read(): AsyncGenerator<Buffer> {
    for (;;) {
      if (state.type === 'failed') throw state.reason;
      const next = waiting.shift();
      if (next !== undefined) {
        waitingBytes -= next.length;
        yield next;
        onDone(next);
      } else if (state.type === 'closed') {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return {
    push: (bytes) => {
      waiting.push(bytes);
      waitingBytes += bytes.length;
      rouse();
    },
    close: () => {
      if (state.type === 'open') state = { type: 'closed' };
      rouse();
    },
    fail: (reason) => {
      state = { type: 'failed', reason };
      rouse();
    },
    waitingBytes: () => waitingBytes,
    bytes: read(),
  };
}
