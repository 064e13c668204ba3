import { Failure } from '../../../base/index.ts';
import { VAULT_S3_FAILURES } from './failures.ts';

export type LockMode = 'COMPLIANCE' | 'GOVERNANCE';

export interface S3ZoneUrl {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly region: string;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  readonly mode: LockMode;
  /** Profile of the shared AWS configuration files; undefined for the default chain of credentials. */
  readonly profile: string | undefined;
  /** Share of the puts whose bytes are read back, 0 to 1; the length and the lock of every put are checked. */
  readonly readBack: number;
  /** For people; without credentials. */
  readonly location: string;
}

const OPTIONS = new Set(['region', 'endpoint', 'mode', 'profile', 'read-back']);
// Bucket names by the rules of S3; they become part of host names and paths.
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^[A-Za-z0-9._\-/]{0,200}$/;
const REGION = /^[a-z0-9-]{1,40}$/;
const PROFILE = /^[\w.@+-]{1,64}$/;

/** Reads `s3://bucket/prefix?region=…&endpoint=…&mode=…`; throws `vault-s3.url-invalid`. */
export function parseZoneUrl(text: string): S3ZoneUrl {
  // What looks like credentials must not come back in a message.
  const shown = text.replace(/\/\/[^/@]*@/, '//…@').replace(/\?.*$/, '');
  const refuse = (reason: string): Failure => new Failure(VAULT_S3_FAILURES.urlInvalid, { url: shown, reason });
  if (!URL.canParse(text)) throw refuse('it is not a URL');
  const url = new URL(text);
  if (url.protocol !== 's3:') throw refuse('it does not begin with s3://');
  if (url.username !== '' || url.password !== '') {
    throw refuse('credentials do not belong into it; use a profile or the environment');
  }
  if (url.port !== '' || url.hash !== '') throw refuse('after the bucket only a prefix and options may follow');
  for (const name of url.searchParams.keys()) {
    if (!OPTIONS.has(name)) throw refuse(`the option ${name} is unknown; known are ${[...OPTIONS].join(', ')}`);
    if (url.searchParams.getAll(name).length > 1) throw refuse(`the option ${name} is given more than once`);
  }
  const option = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const bucket = url.hostname;
  if (!BUCKET.test(bucket)) throw refuse('the bucket name is not one that S3 allows');
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!PREFIX.test(prefix) || prefix.split('/').some((part) => part === '.' || part === '..' || /\/\//.test(prefix))) {
    throw refuse('the prefix may have letters, digits and - _ . / only, at most 200, and no empty parts');
  }
  const region = option('region') ?? 'us-east-1';
  if (!REGION.test(region)) throw refuse('the region is not the name of one');
  const profile = option('profile');
  if (profile !== undefined && !PROFILE.test(profile)) throw refuse('the profile is not the name of one');
  const endpoint = parseEndpoint(option('endpoint'), refuse);
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region,
    endpoint,
    mode: parseMode(option('mode') ?? 'COMPLIANCE', refuse),
    profile,
    readBack: parseShare(option('read-back') ?? '1', refuse),
    location: `s3://${bucket}/${prefix}${endpoint === undefined ? ` in ${region}` : ` at ${endpoint}`}`,
  };
}

type Refuse = (reason: string) => Failure;

function parseEndpoint(text: string | undefined, refuse: Refuse): string | undefined {
  if (text === undefined) return undefined;
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint === undefined || (endpoint.protocol !== 'https:' && endpoint.protocol !== 'http:')) {
    throw refuse('the endpoint is not a URL that begins with https:// or http://');
  }
  if (endpoint.username !== '' || endpoint.password !== '') throw refuse('the endpoint holds credentials');
  if (endpoint.search !== '' || endpoint.hash !== '') throw refuse('the endpoint has a query or a fragment');
  return endpoint.href.replace(/\/$/, '');
}

function parseMode(text: string, refuse: Refuse): LockMode {
  if (text === 'COMPLIANCE' || text === 'GOVERNANCE') return text;
  throw refuse('the mode is neither COMPLIANCE nor GOVERNANCE');
}

function parseShare(text: string, refuse: Refuse): number {
  const share = Number(text);
  if (/^\d(\.\d{1,6})?$/.test(text) && share <= 1) return share;
  throw refuse('read-back is a share of the puts from 0 to 1, such as 1 or 0.05');
}
