import { parentPort, workerData } from 'node:worker_threads';
import { compareBooks } from './compare-books.ts';

/** The entry of the thread: run-compare.ts starts it with these data and waits for one message. */
const { from, to } = workerData as { readonly from: Uint8Array; readonly to: Uint8Array };
parentPort?.postMessage(await compareBooks(from, to));
