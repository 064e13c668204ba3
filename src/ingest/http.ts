import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the server knows about a request before any protocol looks at it. */
export interface EdgeContext {
  readonly requestId: string;
  readonly receivedMs: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly url: URL;
}

/**
 * A protocol at the HTTP port. `matches` is cheap and looks at method, path and headers only; `handle` answers every
 * request that matched, failures included, in the protocol's own words, and never rejects.
 */
export interface HttpEdge {
  readonly protocol: string;
  readonly matches: (request: IncomingMessage, url: URL) => boolean;
  readonly handle: (request: IncomingMessage, response: ServerResponse, context: EdgeContext) => Promise<void>;
}
