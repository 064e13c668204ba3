import type { LogRow } from '../src/telemetry/index.ts';

/** Seconds of event time that the rows are spread over: a day of a small fleet. */
const SPREAD_NS = 6n * 3600n * 1_000_000_000n;

const SERVICES = ['checkout', 'payments', 'catalog', 'search', 'auth', 'mailer', 'edge', 'worker'];
const ROUTES = ['/api/v1/orders', '/api/v1/users', '/api/v1/cart', '/healthz', '/api/v1/search', '/login'];
const VERBS = ['GET', 'POST', 'PUT', 'DELETE'];
const NOISE = [
  'connection to the upstream was reused from the pool after a short wait for a free slot in it',
  'the cache had no fresh entry for this key, so the value was read again from the replica',
  'request finished within its budget; the slow part was the query on the inventory table',
  'retry of a call that failed with a reset by the peer, the second attempt was successful',
];

export interface LogRowsOptions {
  readonly rows: number;
  /** The same seed makes the same rows. */
  readonly seed?: number;
  /** Time of the first row; the rows are spread over six hours from there. */
  readonly startNs?: bigint;
  /** Number of the first row; it is part of the event id. */
  readonly first?: number;
  readonly logGroup?: string;
}

/**
 * Rows as a fleet of web services writes them, about 250 bytes of body each, with a request id of their own and
 * a duration to extract. The needle of row n is {@link needleOf}(n).
 */
export function makeLogRows(options: LogRowsOptions): LogRow[] {
  const { rows, seed = 1, startNs = 1_767_225_600_000_000_000n, first = 0 } = options;
  const random = randomFrom(seed + first);
  const stepNs = SPREAD_NS / BigInt(rows);
  const out: LogRow[] = new Array(rows);
  for (let index = 0; index < rows; index += 1) {
    const number = first + index;
    const service = pick(SERVICES, random());
    const status = random() < 0.97 ? 200 : 500;
    const durationMs = Math.round(5 + 400 * random() ** 4);
    const timeNs = startNs + stepNs * BigInt(index);
    out[index] = {
      timeNs,
      ingestTimeMs: Number(timeNs / 1_000_000n) + 800,
      logGroup: options.logGroup ?? `/app/${service}`,
      logStream: `${service}-${number % 4}`,
      eventId: String(number).padStart(20, '0'),
      service,
      severityNumber: status === 200 ? 9 : 17,
      severityText: status === 200 ? 'INFO' : 'ERROR',
      body:
        `${pick(VERBS, random())} ${pick(ROUTES, random())} status=${status} duration_ms=${durationMs} ` +
        `request_id=${needleOf(number)} user=${Math.trunc(random() * 50_000)} bytes=${Math.trunc(random() * 90_000)} ` +
        `client=10.${Math.trunc(random() * 256)}.${Math.trunc(random() * 256)}.7 region=eu-central-1 upstream=${pick(SERVICES, random())}:8080 msg="${pick(NOISE, random())}"`,
      traceId: number % 3 === 0 ? needleOf(number).padStart(32, '0') : '',
      spanId: '',
      traceFlags: 0,
      scopeName: 'http',
      scopeVersion: '1.4.2',
      eventName: '',
      resource: RESOURCES[service] ?? {},
      attributesString: {},
      attributesNumber: {},
      attributesBool: {},
      retentionDays: 30,
      storageClass: 'standard',
    };
  }
  return out;
}

/** The request id in the body of row n: one word, found in no other row. */
export const needleOf = (row: number): string =>
  `r${((BigInt(row + 1) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn).toString(16).padStart(16, '0')}`;

const RESOURCES: Readonly<Record<string, Record<string, string>>> = Object.fromEntries(
  SERVICES.map((service) => [
    service,
    { 'service.name': service, 'host.name': `node-${service.length}`, 'deployment.environment.name': 'production' },
  ]),
);

const pick = <T>(from: readonly T[], at: number): T => {
  const value = from[Math.trunc(at * from.length)];
  if (value === undefined) throw new Error('an empty list to pick from');
  return value;
};

/** Mulberry32: small, quick, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
