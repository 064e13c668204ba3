import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * An HTTP proxy that does harm on demand, between a client and a real server. Requests pass unchanged, Host included,
 * so that signatures stay right. Every fault counts its uses: a test asserts that it happened.
 */
export interface FaultProxy {
  readonly endpoint: string;
  readonly port: number;
  /** Applies to the next `times` requests that match, before older faults. */
  readonly inject: (fault: Fault, options?: { readonly match?: Match; readonly times?: number }) => InjectedFault;
  /** All requests that came in, as `METHOD /path?query`. */
  readonly seen: readonly string[];
  readonly close: () => Promise<void>;
}

export interface InjectedFault {
  readonly used: () => number;
  readonly remove: () => void;
}

export type Match = (request: { readonly method: string; readonly url: string }) => boolean;

export interface ProxyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Fault =
  /** Answered here; the server never sees the request. */
  | { readonly type: 'answer'; readonly answer: ProxyAnswer }
  /** Taken in and never answered. */
  | { readonly type: 'hang' }
  /** The connection is reset before the server sees the request. */
  | { readonly type: 'cut-before' }
  /** The server does the work, and its answer is lost. */
  | { readonly type: 'cut-after' }
  /** The answer breaks off after so many bytes of its body. */
  | { readonly type: 'cut-body'; readonly bytes: number }
  /** One bit of the answer's body is wrong. */
  | { readonly type: 'flip-bit'; readonly at: number }
  /** Somebody else answers in the place of the server. */
  | {
      readonly type: 'handle';
      readonly handle: (request: {
        readonly method: string;
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: Buffer;
      }) => Promise<ProxyAnswer>;
    };

/** The XML in which S3 tells an error. */
export const s3Error = (status: number, code: string): ProxyAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`,
});

interface Rule {
  readonly fault: Fault;
  readonly match: Match;
  left: number;
  used: number;
}

export async function startFaultProxy(target: { readonly port: number }): Promise<FaultProxy> {
  const rules: Rule[] = [];
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const facts = { method: incoming.method ?? '', url: incoming.url ?? '' };
    seen.push(`${facts.method} ${facts.url}`);
    const rule = rules.find((candidate) => candidate.left > 0 && candidate.match(facts));
    if (rule !== undefined) {
      rule.left -= 1;
      rule.used += 1;
    }
    serve(target.port, incoming, outgoing, rule?.fault).catch(() => outgoing.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    seen,
    inject: (fault, { match = () => true, times = 1 } = {}) => {
      const rule: Rule = { fault, match, left: times, used: 0 };
      rules.unshift(rule);
      return { used: () => rule.used, remove: () => void rules.splice(rules.indexOf(rule), 1) };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.type === 'cut-before') {
    incoming.socket.resetAndDestroy();
    return;
  }
  // S3 clients may wait for this before they send the body.
  if (incoming.headers.expect !== undefined) outgoing.writeContinue();
  const body = await bodyOf(incoming);
  switch (fault?.type) {
    case 'hang':
      return;
    case 'answer':
      send(outgoing, fault.answer);
      return;
    case 'handle': {
      const { method = '', url = '' } = incoming;
      send(outgoing, await fault.handle({ method, url, headers: flatHeaders(incoming), body }));
      return;
    }
    default: {
      const answer = await forward(port, incoming, body);
      if (fault?.type === 'cut-after') incoming.socket.resetAndDestroy();
      else passOn(incoming, outgoing, answer, fault);
    }
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer, fault: Fault | undefined): void {
  outgoing.writeHead(answer.status, answer.headers);
  if (fault?.type === 'cut-body') {
    outgoing.write(answer.body.subarray(0, fault.bytes), () => incoming.socket.destroy());
    return;
  }
  const byte = fault?.type === 'flip-bit' ? answer.body[fault.at] : undefined;
  if (fault?.type === 'flip-bit' && byte !== undefined) answer.body[fault.at] = byte ^ 1;
  outgoing.end(answer.body);
}

function forward(port: number, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, url, headers } = incoming;
  const { expect: _, ...kept } = headers;
  return new Promise((resolve, reject) => {
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers: kept }, (response) => {
      bodyOf(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: bytes }),
        reject,
      );
    });
    onward.once('error', reject);
    onward.end(body);
  });
}

function send(outgoing: ServerResponse, answer: ProxyAnswer): void {
  const body = answer.body ?? '';
  outgoing.writeHead(answer.status, { 'content-length': String(Buffer.byteLength(body)), ...answer.headers });
  outgoing.end(body);
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

const flatHeaders = (incoming: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
