import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { invariant } from '../base/index.ts';
import { API_LIMITS } from './limits.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly brotli: Buffer | undefined;
}

export interface ConsoleFiles {
  /** Answers GET requests with the built console; false when the request is not for it. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, pathname: string) => boolean;
  /** False where the console was not built. */
  readonly isBuilt: boolean;
}

/** The policy of every page: nothing from elsewhere, no inline script, styles only with the nonce of the answer. */
export const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ');

/** Loads the built console into memory. Paths that are no file answer index.html: its router knows them. */
export async function loadConsoleFiles(folder: string): Promise<ConsoleFiles> {
  const files = existsSync(folder) ? await readFiles(folder) : new Map<string, ConsoleFile>();
  const index = files.get('/index.html');
  const answer: ConsoleFiles['answer'] = (request, response, pathname) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const file = pathname === '/' ? undefined : files.get(pathname);
    if (file !== undefined && file !== index) {
      sendFile(request, response, file, pathname.startsWith('/assets/'));
      return true;
    }
    if (pathname.startsWith('/api/') || pathname.startsWith('/assets/') || index === undefined) return false;
    sendIndex(request, response, index);
    return true;
  };
  return { answer, isBuilt: index !== undefined };
}

async function readFiles(folder: string): Promise<Map<string, ConsoleFile>> {
  const files = new Map<string, ConsoleFile>();
  let total = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const at = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(at);
    total += bytes.length;
    invariant(total <= API_LIMITS.consoleCacheBytesMax, 'the built console is larger than its cache');
    const isText = /\.(js|css|html|svg|json)$/.test(entry.name);
    const brotli = isText ? brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : undefined;
    const type = TYPES[path.extname(entry.name)] ?? 'application/octet-stream';
    files.set(`/${path.relative(folder, at).replaceAll(path.sep, '/')}`, { type, bytes, brotli });
  }
  return files;
}

const takesBrotli = (request: IncomingMessage): boolean =>
  /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));

function securityHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: ConsoleFile, isHashed: boolean): void {
  securityHeaders(response);
  const body = file.brotli !== undefined && takesBrotli(request) ? file.brotli : file.bytes;
  if (body === file.brotli) response.setHeader('Content-Encoding', 'br');
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Length', body.length);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
}

function sendIndex(request: IncomingMessage, response: ServerResponse, index: ConsoleFile): void {
  securityHeaders(response);
  const nonce = randomBytes(16).toString('base64');
  const body = Buffer.from(index.bytes.toString('utf8').replaceAll('__CSP_NONCE__', nonce));
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce));
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', index.type);
  response.setHeader('Content-Length', body.length);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
}
