import type { ServerResponse } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { PromiseStatus } from '../evidence/index.ts';
import type { IngestCount } from '../ingest/index.ts';
import type { TelemetryStatus } from '../telemetry/index.ts';

export interface HealthDeps {
  readonly isReady: () => boolean;
  readonly ingest: () => readonly IngestCount[];
  readonly telemetry: () => Promise<TelemetryStatus>;
  readonly promises: () => Promise<readonly PromiseStatus[]>;
}

/** Answers /healthz, /readyz and /metrics; false for any other path. */
export type HealthHandler = (pathname: string, response: ServerResponse) => Promise<boolean>;

export function createHealth(deps: HealthDeps): HealthHandler {
  const registry = createRegistry(deps);
  return async (pathname, response) => {
    if (pathname === '/healthz') {
      send(response, 200, { status: 'alive' });
      return true;
    }
    if (pathname === '/readyz') {
      const ready = deps.isReady();
      send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'starting or stopping' });
      return true;
    }
    if (pathname !== '/metrics' || !deps.isReady()) return false;
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(await registry.metrics());
    return true;
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  const retry = status === 503 ? { 'Retry-After': '1' } : {};
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...retry });
  response.end(`${JSON.stringify(body)}\n`);
}

const STATE_NUMBER = { proven: 1, unproven: 0, broken: -1 } as const;

function createRegistry(deps: HealthDeps): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'holdfast_' });
  const registers = [registry];
  const perProtocol = (name: string, help: string, read: (count: IngestCount) => number): Gauge<'protocol'> =>
    new Gauge({
      name,
      help,
      labelNames: ['protocol'],
      registers,
      collect() {
        for (const count of deps.ingest()) this.set({ protocol: count.protocol }, read(count));
      },
    });
  perProtocol('holdfast_ingest_requests_total', 'Requests accepted since start', (count) => count.requests);
  perProtocol('holdfast_ingest_records_total', 'Records accepted since start', (count) => count.records);
  perProtocol('holdfast_ingest_bytes_total', 'Bytes accepted since start', (count) => count.bytes);
  perProtocol(
    'holdfast_ingest_refused_requests_total',
    'Requests refused since start',
    (count) => count.refusedRequests,
  );
  perProtocol('holdfast_ingest_refused_records_total', 'Records refused since start', (count) => count.refusedRecords);
  addStoreGauges(registers, deps);
  return registry;
}

function addStoreGauges(registers: Registry[], deps: HealthDeps): void {
  const store = (name: string, help: string, read: (status: TelemetryStatus) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(read(await deps.telemetry()));
      },
    });
  store('holdfast_telemetry_bytes_in_flight', 'Bytes accepted and not durable yet', (status) => status.bytesInFlight);
  store('holdfast_telemetry_disk_free_bytes', 'Free bytes where telemetry lies', (status) => status.freeDiskBytes);
  store('holdfast_telemetry_rows', 'Records stored', (status) => status.rows);
  store('holdfast_telemetry_disk_bytes', 'Bytes of telemetry on disk', (status) => status.bytesOnDisk);
  new Gauge({
    name: 'holdfast_promise_state',
    help: '1 proven, 0 unproven, -1 broken',
    labelNames: ['promise'],
    registers,
    async collect() {
      for (const { id, state } of await deps.promises()) this.set({ promise: id }, STATE_NUMBER[state]);
    },
  });
}
