import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { createLendingSocket } from '../../src/backup/protocol/lending-socket.ts';
import { createMessageReader } from '../../src/backup/protocol/message-reader.ts';

const MESSAGES = 800;
const content = Array.from({ length: MESSAGES }, (_, index) => randomBytes(1 + ((index * 7919) % 40_000)));
const framed = content.map((body) => {
  const head = Buffer.alloc(5, 'd');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
});
const server = createServer((peer) => peer.end(Buffer.concat(framed))).listen(0, '127.0.0.1');
afterAll(() => {
  server.close();
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test.each([true, false])('messages come whole and in order, with lending %s', async (lends) => {
  if (!server.listening) await once(server, 'listening');
  const socket = createLendingSocket();
  const reader = createMessageReader(socket, 'test');
  reader.lend(lends);
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  const memory = new Set<ArrayBufferLike>();
  for (const body of content) {
    const message = await reader.next();
    expect(sha256(message.body)).toBe(sha256(body));
    if (message.body.length > 20_000) memory.add(message.body.buffer);
    // Slower than the server, so that reading pauses and goes on.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect(reader.next()).rejects.toMatchObject({ code: 'backup-protocol.connection-lost' });
  // Messages that lie in two buffers are joined in memory of their own; the others lie in the few that go round.
  if (lends) expect(memory.size).toBeLessThan(100);
});
