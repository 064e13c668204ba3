import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { HashOrder } from './piece-hasher.ts';

/** The thread of {@link createThreadHasher}: answers each `add` and `total` with a hash, in order. */
const streams = new Map<number, Hash>();
const port = parentPort;

port?.on('message', (order: HashOrder) => {
  const { type, stream } = order;
  if (type === 'close') {
    streams.delete(stream);
    return;
  }
  const all = streams.get(stream) ?? createHash('sha256');
  if (type === 'total') {
    streams.delete(stream);
    port.postMessage(all.digest());
    return;
  }
  streams.set(stream, all);
  all.update(order.piece);
  port.postMessage(createHash('sha256').update(order.piece).digest());
});
