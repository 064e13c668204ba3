/** The embedded engine: ClickHouse inside the process. Only boot and tests import this. */
export { type ChdbTelemetryOptions, openChdbTelemetry } from './open-chdb-telemetry.ts';
