import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { JsonObject } from '../../src/issues/index.ts';

const REPOSITORY = path.join(import.meta.dirname, '..', '..');

/** Text of the sources: what a frame must lead back to. */
export const CART = `interface Line { readonly name: string; readonly price?: { readonly cents: number } }

/** Sums up what lies in the cart. */
export function sumOfLines(lines: readonly Line[]): number {
  let sum = 0;
  for (const line of lines) {
    sum += priceOf(line);
  }
  return sum;
}

function priceOf(line: Line): number {
  const found = line.price as { readonly cents: number };
  return found.cents;
}
`;

const MAIN = `import * as Sentry from '@sentry/browser';
import { sumOfLines } from './cart.ts';

declare const SETTINGS: { readonly dsn: string; readonly release?: string; readonly dist?: string };
Sentry.init({ ...SETTINGS, defaultIntegrations: undefined });

export class Checkout {
  payOrder(): void {
    const total = sumOfLines([{ name: 'tea', price: { cents: 300 } }, { name: 'cup' }]);
    document.title = String(total);
  }
}

document.querySelector('button')?.addEventListener('click', () => {
  new Checkout().payOrder();
});
`;

/** Writes the sources and builds them as a team would: minified, with a source map beside. */
export async function buildSite(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'src'), { recursive: true });
  await writeFile(path.join(folder, 'src', 'cart.ts'), CART);
  await writeFile(path.join(folder, 'src', 'main.ts'), MAIN);
  await build({
    entryPoints: [path.join(folder, 'src', 'main.ts')],
    outfile: path.join(folder, 'static', 'app.min.js'),
    bundle: true,
    minify: true,
    sourcemap: true,
    target: 'es2022',
    nodePaths: [path.join(REPOSITORY, 'node_modules')],
    absWorkingDir: folder,
    logLevel: 'error',
  });
}

export interface Site {
  readonly url: string;
  /** Events that the page's SDK sent. */
  readonly events: JsonObject[];
  readonly close: () => Promise<void>;
}

/** Serves a built site, and takes what its SDK sends. `settings` becomes the page's own. */
export async function serveSite(
  folder: string,
  settings: { readonly release?: string; readonly dist?: string },
): Promise<Site> {
  const events: JsonObject[] = [];
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') {
      const dsn = `http://${'a'.repeat(32)}@${request.headers.host ?? ''}/1`;
      const page = `<!doctype html><button>pay</button><script>var SETTINGS = ${JSON.stringify({ dsn, ...settings })}</script><script src="/static/app.min.js?v=7"></script>`;
      response.setHeader('content-type', 'text/html').end(page);
    } else if (pathname === '/static/app.min.js') {
      void readFile(path.join(folder, 'static', 'app.min.js')).then((bytes) =>
        response.setHeader('content-type', 'text/javascript').end(bytes),
      );
    } else if (request.method === 'POST') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts);
        const text = (body[0] === 0x1f ? gunzipSync(body) : body).toString();
        const [, header, payload] = text.split('\n');
        if (header !== undefined && payload !== undefined && JSON.parse(header).type === 'event')
          events.push(JSON.parse(payload));
        response.setHeader('content-type', 'application/json').end('{}');
      });
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
