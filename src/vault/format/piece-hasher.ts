import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** Hashes the pieces of one long stream: each for itself, and all of them in their order. */
export interface PieceHasher {
  /** The SHA-256 of the piece, which must not change until it resolves. Not awaited before the next is added. */
  readonly add: (piece: Buffer) => Promise<Buffer>;
  /** The SHA-256 of all that was added. */
  readonly total: () => Promise<Buffer>;
  /** What is left undone is not needed any more. */
  readonly close: () => void;
}

/** On the spot; for simulations, whose steps must not depend on a thread. */
export function createInlineHasher(): PieceHasher {
  const all = createHash('sha256');
  return {
    add: async (piece) => {
      all.update(piece);
      return createHash('sha256').update(piece).digest();
    },
    total: async () => all.digest(),
    close: () => undefined,
  };
}

export type HashOrder =
  | { readonly type: 'add'; readonly stream: number; readonly piece: Uint8Array }
  | { readonly type: 'total'; readonly stream: number }
  /** Without an answer. */
  | { readonly type: 'close'; readonly stream: number };

interface Waiting {
  readonly resolve: (hash: Buffer) => void;
  readonly reject: (reason: Error) => void;
}

interface HashThread {
  readonly ask: (order: HashOrder) => Promise<Buffer>;
  readonly tell: (order: HashOrder) => void;
}

/** One thread for all streams of the process: a core hashes faster than the rest of a put takes bytes. */
let thread: HashThread | undefined;
let streams = 0;

/**
 * In a thread, because two hashes of every byte were a third of what the event loop did in a long put. Pieces in shared
 * memory are handed over without a copy.
 */
export function createThreadHasher(): PieceHasher {
  thread ??= startThread(() => {
    thread = undefined;
  });
  const { ask, tell } = thread;
  streams += 1;
  const stream = streams;
  return {
    add: (piece) => ask({ type: 'add', stream, piece }),
    total: () => ask({ type: 'total', stream }),
    close: () => tell({ type: 'close', stream }),
  };
}

function startThread(onEnd: () => void): HashThread {
  const worker = openWorker();
  const waiting: Waiting[] = [];
  const end = (reason: Error): void => {
    onEnd();
    for (const { reject } of waiting.splice(0)) reject(reason);
  };
  // Answers come in the order of the questions.
  worker.on('message', (hash: Uint8Array) => {
    waiting.shift()?.resolve(Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength));
    if (waiting.length === 0) worker.unref();
  });
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the thread that hashes has ended')));
  // An idle thread keeps no process from ending.
  worker.unref();
  return {
    ask: (order) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.ref();
        worker.postMessage(order);
      }),
    tell: (order) => worker.postMessage(order),
  };
}

/** Built, the thread is a file beside this one. From sources it needs the loader that development runs with. */
function openWorker(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(isSource ? './hash-thread.ts' : './hash-thread.js', import.meta.url);
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(isSource ? load : entry, { eval: isSource, env: {}, argv: [], execArgv: [] });
}
