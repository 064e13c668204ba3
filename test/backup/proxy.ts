/** A TCP proxy between Holdfast and a server that cuts, delays, swallows and corrupts what passes. */
import { connect, createServer, type Socket } from 'node:net';

export interface FaultyProxy {
  readonly port: number;
  /** Breaks all connections now; new ones are let through. */
  readonly cut: () => void;
  /** Holds up every chunk in both directions. */
  readonly delay: (ms: number) => void;
  /** While true, connections stay open and nothing passes, as when a cable is pulled. */
  readonly swallow: (on: boolean) => void;
  /** Flips one bit in the middle of the next chunk from the server that has at least so many bytes. */
  readonly flipBit: (bytesMin?: number) => void;
  readonly flipped: () => number;
  /** While true, connections are refused. */
  readonly refuse: (on: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function startProxy(targetPort: number): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let swallows = false;
  let refuses = false;
  let flipMin: number | undefined;
  let flips = 0;
  const pass = (from: Socket, to: Socket, mayFlip: boolean): void => {
    from.on('data', (chunk: Buffer) => {
      if (swallows) return;
      if (mayFlip && flipMin !== undefined && chunk.length >= flipMin) {
        flipMin = undefined;
        flips += 1;
        const at = chunk.length >> 1;
        chunk[at] = (chunk[at] ?? 0) ^ 4;
      }
      const forward = (): void => {
        if (to.destroyed) return;
        if (to.write(chunk) || from.isPaused()) return;
        from.pause();
        to.once('drain', () => from.resume());
      };
      if (delayMs > 0) setTimeout(forward, delayMs);
      else forward();
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
    sockets.add(from);
    from.on('close', () => sockets.delete(from));
  };
  const server = createServer((client) => {
    if (refuses) {
      client.destroy();
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    pass(client, upstream, false);
    pass(upstream, client, true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    delay: (ms) => {
      delayMs = ms;
    },
    swallow: (on) => {
      swallows = on;
    },
    flipBit: (bytesMin = 4096) => {
      flipMin = bytesMin;
    },
    flipped: () => flips,
    refuse: (on) => {
      refuses = on;
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
