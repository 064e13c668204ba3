import type { Duplex } from 'node:stream';
import pg from 'pg';
import { Failure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { createLendingSocket } from './lending-socket.ts';
import { BACKUP_PROTOCOL_LIMITS } from './limits.ts';
import { parseServerUrl, type ServerAddress, type SessionAttrs } from './parse-url.ts';
import { tlsOptions } from './tls-settings.ts';

export interface ConnectSettings {
  readonly url: string;
  readonly applicationName: string;
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface ConnectedServer {
  readonly client: pg.Client;
  readonly host: string;
  /** What the server reported at the start, such as `server_version` and `in_hot_standby`. */
  readonly parameters: ReadonlyMap<string, string>;
}

type Host = ServerAddress['hosts'][number];
type Tls = pg.ClientConfig['ssl'];

/** What npm pg's client has and its types leave out. */
interface ClientInside {
  readonly connection: {
    readonly stream: Duplex;
    readonly on: (
      event: 'parameterStatus',
      listener: (message: { readonly parameterName: string; readonly parameterValue: string }) => void,
    ) => void;
  };
}

/** The one place that looks inside npm pg's client: its types do not tell of the connection that it is made of. */
export const insideOf = (client: pg.Client): ClientInside['connection'] =>
  (client as unknown as ClientInside).connection;

/** Ends a connection without a farewell, for when the other side does not answer. */
export const cutServer = (client: pg.Client): void => void insideOf(client).stream.destroy();

/**
 * Connects to the first host that answers and fits `target_session_attrs`, for replication or for SQL. Throws
 * `backup-protocol.connect-failed`, `access-refused`, `session-unsuitable`, `url-invalid` and `tls-file-unreadable`.
 */
export async function connectServer(
  settings: ConnectSettings & { readonly replication: boolean },
): Promise<ConnectedServer> {
  const address = parseServerUrl(settings.url);
  const tls = address.sslMode === 'disable' ? false : await tlsOptions(address);
  const wanted: readonly SessionAttrs[] =
    address.sessionAttrs === 'prefer-standby' ? ['standby', 'any'] : [address.sessionAttrs];
  const problems: unknown[] = [];
  let answered = false;
  for (const attrs of wanted) {
    for (const host of address.hosts) {
      settings.signal?.throwIfAborted();
      try {
        const server = await connectHost({ settings, address, host, tls });
        if (fits(server.parameters, attrs)) return server;
        answered = true;
        await server.client.end();
      } catch (error) {
        settings.signal?.throwIfAborted();
        problems.push(describeRefusal(error, host, address.user));
      }
    }
  }
  throw chooseFailure({ problems, address, answered });
}

/** A wrong password on one host says more than another host being down. */
function chooseFailure(input: {
  readonly problems: readonly unknown[];
  readonly address: ServerAddress;
  readonly answered: boolean;
}): unknown {
  const { problems, address, answered } = input;
  const refused = problems.find((problem) => problem instanceof Failure);
  if (refused !== undefined) return refused;
  const hosts = address.hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
  if (answered) {
    return new Failure(BACKUP_PROTOCOL_FAILURES.sessionUnsuitable, { hosts, wanted: address.sessionAttrs });
  }
  const reasons = [...new Set(problems.map(reasonOf))].join('; ');
  return new Failure(BACKUP_PROTOCOL_FAILURES.connectFailed, { hosts, reason: reasons }, { cause: problems[0] });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** Class 28 is a refused authorization, 3D000 a database that is not there, 42501 a missing right. */
function describeRefusal(error: unknown, { host, port }: Host, user: string): unknown {
  const code = (error as { readonly code?: unknown }).code;
  if (typeof code === 'string' && /^(28...|3D000|42501)$/.test(code)) {
    const details = { host: `${host}:${port}`, user, reason: reasonOf(error) };
    return new Failure(BACKUP_PROTOCOL_FAILURES.accessRefused, details, { cause: error });
  }
  return error;
}

interface Attempt {
  readonly settings: ConnectSettings & { readonly replication: boolean };
  readonly address: ServerAddress;
  readonly host: Host;
  readonly tls: Tls;
}

/** `prefer` goes on without TLS where the server has none; `allow` takes TLS only where the server insists on it. */
async function connectHost(attempt: Attempt): Promise<ConnectedServer> {
  const { sslMode } = attempt.address;
  const overSocket = attempt.host.host.startsWith('/');
  if (overSocket || sslMode === 'disable') return connectOnce({ ...attempt, tls: false });
  if (sslMode === 'allow') {
    return connectOnce({ ...attempt, tls: false }).catch((error: { readonly code?: unknown }) => {
      if (error.code !== '28000') throw error;
      return connectOnce(attempt);
    });
  }
  if (sslMode !== 'prefer') return connectOnce(attempt);
  return connectOnce(attempt).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes('does not support SSL')) throw error;
    return connectOnce({ ...attempt, tls: false });
  });
}

async function connectOnce({ settings, address, host, tls }: Attempt): Promise<ConnectedServer> {
  const timeoutMs = settings.connectTimeoutMs ?? address.connectTimeoutMs ?? BACKUP_PROTOCOL_LIMITS.connectMs;
  const config = {
    host: host.host,
    port: host.port,
    user: address.user,
    password: address.password ?? '',
    database: address.database,
    ssl: tls ?? false,
    application_name: settings.applicationName,
    connectionTimeoutMillis: timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // TLS reads by ways of its own.
    ...(tls === false ? { stream: createLendingSocket } : {}),
    ...(address.options === undefined ? {} : { options: address.options }),
    ...(address.sslDirect ? { sslnegotiation: 'direct' as const } : {}),
    ...(settings.replication ? { replication: 'true' } : {}),
  };
  const client = new pg.Client(config);
  const parameters = new Map<string, string>();
  insideOf(client).on('parameterStatus', ({ parameterName, parameterValue }) => {
    parameters.set(parameterName, parameterValue);
  });
  // Without a listener a connection that breaks between two calls would end the process.
  client.on('error', () => undefined);
  const stop = (): void => void insideOf(client).stream.destroy();
  settings.signal?.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
  } catch (error) {
    stop();
    throw error;
  } finally {
    settings.signal?.removeEventListener('abort', stop);
  }
  return { client, host: `${host.host}:${host.port}`, parameters };
}

/** The server tells both facts at the start since version 14, so no query is needed. */
function fits(parameters: ReadonlyMap<string, string>, attrs: SessionAttrs): boolean {
  const standby = parameters.get('in_hot_standby') === 'on';
  const readOnly = standby || parameters.get('default_transaction_read_only') === 'on';
  switch (attrs) {
    case 'primary':
      return !standby;
    case 'standby':
      return standby;
    case 'read-write':
      return !readOnly;
    case 'read-only':
      return readOnly;
    default:
      return true;
  }
}
