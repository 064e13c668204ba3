import { Failure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { BACKUP_PROTOCOL_LIMITS } from './limits.ts';

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export type SessionAttrs = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** A connection URI in its parts, with the meaning that libpq gives them (PostgreSQL manual, 34.1.1.2 and 34.1.2). */
export interface ServerAddress {
  /** Tried in this order. A host that begins with `/` is the folder of a Unix socket. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly sslMode: SslMode;
  readonly sslRootCert: string | undefined;
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  readonly sslDirect: boolean;
  readonly sessionAttrs: SessionAttrs;
  readonly connectTimeoutMs: number | undefined;
  readonly options: string | undefined;
}

const SSL_MODES: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
const SESSION_ATTRS: readonly string[] = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'];
const SHAPE = /^(?:postgres|postgresql):\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const KNOWN = new Set(
  'host hostaddr port user password dbname sslmode sslrootcert sslcert sslkey sslnegotiation target_session_attrs connect_timeout options application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count channel_binding gssencmode load_balance_hosts'.split(
    ' ',
  ),
);

const invalid = (reason: string): Failure => new Failure(BACKUP_PROTOCOL_FAILURES.urlInvalid, { reason });

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('a part of it is not percent-encoded as a URI demands');
  }
}

/** Throws `backup-protocol.url-invalid`, which never repeats the secret. */
export function parseServerUrl(url: string): ServerAddress {
  const found = SHAPE.exec(url.trim());
  if (found === null) throw invalid('it does not begin with postgresql:// or has a part too many');
  const parameters = readParameters(found[4] ?? '');
  const get = (name: string): string | undefined => parameters.get(name);
  const [userPart, ...passwordParts] = (found[1] ?? '').split(':');
  const user = get('user') ?? decode(userPart ?? '');
  if (user === '') throw invalid('it names no user');
  const password = get('password') ?? (passwordParts.length > 0 ? decode(passwordParts.join(':')) : undefined);
  const seconds = Number(get('connect_timeout') ?? '0');
  if (!Number.isFinite(seconds) || seconds < 0) throw invalid('connect_timeout is no number of seconds');
  const direct = get('sslnegotiation') ?? 'postgres';
  if (direct !== 'postgres' && direct !== 'direct') throw invalid(`sslnegotiation cannot be "${direct}"`);
  return {
    hosts: readHosts(get('host') ?? found[2] ?? '', get('port')),
    user,
    password,
    database: get('dbname') ?? (decode(found[3] ?? '') || user),
    sslMode: choose(get('sslmode') ?? 'prefer', SSL_MODES, 'sslmode') as SslMode,
    sslRootCert: get('sslrootcert'),
    sslCert: get('sslcert'),
    sslKey: get('sslkey'),
    sslDirect: direct === 'direct',
    sessionAttrs: choose(get('target_session_attrs') ?? 'any', SESSION_ATTRS, 'target_session_attrs') as SessionAttrs,
    connectTimeoutMs: seconds === 0 ? undefined : seconds * 1000,
    options: get('options'),
  };
}

function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (!KNOWN.has(name)) throw invalid(`the parameter "${name}" is not known`);
    parameters.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return parameters;
}

function choose(value: string, allowed: readonly string[], name: string): string {
  if (!allowed.includes(value)) throw invalid(`${name} cannot be "${value}"; it is one of ${allowed.join(', ')}`);
  return value;
}

function readHosts(text: string, portText: string | undefined): ServerAddress['hosts'] {
  const ports = portText?.split(',');
  const hosts = text.split(',').map((part, index) => {
    const found = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(part);
    if (found === null) throw invalid(`"${part}" is no host`);
    const port = Number(found[2] || ports?.[index] || ports?.[0] || '5432');
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`the port of "${part}" is out of range`);
    const host = decode(found[1] ?? '').replace(/^\[(.*)\]$/, '$1');
    return { host: host === '' ? 'localhost' : host, port };
  });
  if (hosts.length > BACKUP_PROTOCOL_LIMITS.hostsMax) {
    throw invalid(`it names ${hosts.length} hosts; at most ${BACKUP_PROTOCOL_LIMITS.hostsMax}`);
  }
  return hosts;
}
