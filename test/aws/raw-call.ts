import { request as httpRequest } from 'node:http';
import { signSigV4 } from '../../src/access/index.ts';
import { KEY, REGION } from './edge-server.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: { readonly __type?: string; readonly message?: string } & Readonly<Record<string, unknown>>;
}

export interface RawCall {
  readonly operation: string;
  readonly body: unknown;
  readonly key?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly signedAtMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes the request between signing and sending. */
  readonly tamper?: (sent: { headers: Record<string, string>; body: Buffer }) => void;
  readonly unsigned?: boolean;
}

/** A call made by hand, for what no SDK would send. */
export async function rawCall(port: number, call: RawCall): Promise<RawAnswer> {
  const sent = {
    body: bytesOf(call.body),
    headers: {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${call.operation}`,
      ...call.headers,
    } as Record<string, string>,
  };
  const key = call.key ?? KEY;
  if (call.unsigned !== true) {
    const added = signSigV4(
      { method: 'POST', target: '/', headers: Object.entries(sent.headers), body: sent.body },
      { accessKeyId: key.accessKeyId, secret: key.secretAccessKey, region: REGION, service: 'logs' },
      call.signedAtMs ?? Date.now(),
    );
    Object.assign(sent.headers, added);
  }
  call.tamper?.(sent);
  return send(port, sent);
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function send(
  port: number,
  sent: { readonly headers: Record<string, string>; readonly body: Buffer },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/',
        agent: false,
        headers: {
          ...('transfer-encoding' in sent.headers ? {} : { 'content-length': sent.body.length }),
          ...sent.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: text === '' ? {} : (JSON.parse(text) as RawAnswer['json']),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(sent.body);
  });
}
