import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';

export interface ReceivedJson {
  readonly id: string;
  readonly state: string;
  readonly isRepeat: boolean;
  readonly isEscalation: boolean;
  readonly alerts: readonly { readonly key: string; readonly state: string }[];
  readonly event_action: string;
  readonly dedup_key: string;
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly text: { readonly text: string } }[];
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Of whatever type the channel is: a test reads the fields of its own. */
  readonly json: ReceivedJson;
  readonly atMs: number;
}

export interface HttpReceiver {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests are answered with; default 200. */
  answer: (request: Received, response: http.ServerResponse) => void;
  readonly close: () => Promise<void>;
}

/** A real HTTP server that keeps what it was sent. */
export async function startHttpReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  const receiver = {
    answer: (_request: Received, response: http.ServerResponse): void => void response.end('taken'),
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const got: Received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
        json: JSON.parse(body.startsWith('{') ? body : '{}') as ReceivedJson,
        atMs: Date.now(),
      };
      received.push(got);
      receiver.answer(got, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
}

export interface SmtpReceiver {
  readonly port: number;
  readonly ca: string;
  readonly mails: Mail[];
  /** Answer to the next mails instead of taking them. */
  refusal: { readonly responseCode: number; readonly message: string } | undefined;
  readonly close: () => Promise<void>;
}

/** A real mail server that wants STARTTLS and a password, unless `isPlain`. */
export async function startSmtpReceiver(settings: { readonly isPlain?: boolean } = {}): Promise<SmtpReceiver> {
  const { key, cert } = makeCertificate();
  const mails: Mail[] = [];
  const receiver: { refusal: SmtpReceiver['refusal'] } = { refusal: undefined };
  const server = new SMTPServer({
    key,
    cert,
    authOptional: settings.isPlain === true,
    ...(settings.isPlain === true ? { disabledCommands: ['STARTTLS', 'AUTH'] } : {}),
    onAuth: ({ username, password }, _session, done) =>
      username === 'holdfast' && password === 'mail-pass-word'
        ? done(null, { user: username })
        : done(Object.assign(new Error('wrong password'), { responseCode: 535 })),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (receiver.refusal !== undefined) {
          const { message, responseCode } = receiver.refusal;
          return done(Object.assign(new Error(message), { responseCode }));
        }
        mails.push({
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
          user: session.user,
          isEncrypted: session.secure,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(receiver, {
    port,
    ca: cert,
    mails,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

/** A certificate for localhost, signed by itself, made for this run. */
function makeCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-cert-'));
  const keyFile = path.join(folder, 'key.pem');
  const certFile = path.join(folder, 'cert.pem');
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certFile],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr?.toString() ?? made.error?.message}`);
  const pair = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  rmSync(folder, { recursive: true, force: true });
  return pair;
}
