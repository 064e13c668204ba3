import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/index.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { BooksCompared } from './compare-books.ts';

/**
 * Compares in a thread of its own that has a heap, a time and nothing else: no environment, no arguments. Whatever a
 * file makes the parser do ends with the thread; the answer then says so.
 */
export async function runCompare(
  clock: Clock,
  files: { readonly from: Uint8Array; readonly to: Uint8Array },
  options: { readonly msMax: number; readonly heapMiB: number; readonly signal?: AbortSignal },
): Promise<BooksCompared> {
  const worker = startWorker(files, options.heapMiB);
  const timer = new AbortController();
  try {
    return await Promise.race([answerOf(worker), timeUp(clock, options.msMax, timer.signal), stopped(options.signal)]);
  } finally {
    timer.abort();
    await worker.terminate();
  }
}

const SOURCE = '.ts';
const LOADER = 'tsx/esm/api';

/** Built, the thread is a file beside this one. From sources it needs the loader that development runs with. */
function startWorker(files: { readonly from: Uint8Array; readonly to: Uint8Array }, heapMiB: number): Worker {
  const isSource = import.meta.url.endsWith(SOURCE);
  const entry = new URL(isSource ? './compare-worker.ts' : './compare-worker.js', import.meta.url);
  const load = `import(${JSON.stringify(LOADER)}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(isSource ? load : entry, {
    eval: isSource,
    workerData: files,
    env: {},
    argv: [],
    execArgv: [],
    // What the parser prints is no business of this process's output.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB, stackSizeMb: 4 },
  });
}

const unable = (reason: 'too-large' | 'took-too-long' | 'damaged', detail: string): BooksCompared => ({
  type: 'not-comparable',
  reason,
  side: 'both',
  detail,
});

const answerOf = (worker: Worker): Promise<BooksCompared> =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error & { readonly code?: string }) =>
      resolve(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? unable('too-large', `the files need more than the ${WORKBOOKS_LIMITS.compareHeapMiB} MiB of memory allowed`)
          : unable('damaged', `the parser gave up: ${error.message.slice(0, 200)}`),
      ),
    );
    worker.once('exit', () => resolve(unable('damaged', 'the parser ended without an answer')));
  });

async function timeUp(clock: Clock, msMax: number, signal: AbortSignal): Promise<BooksCompared> {
  try {
    await clock.sleep(msMax, signal);
  } catch {
    // The answer came first, and this one is not looked at any more.
  }
  return unable('took-too-long', `the comparison was stopped after ${msMax / 1_000} s`);
}

const stopped = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
