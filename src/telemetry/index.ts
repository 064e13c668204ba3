export type {
  LogRow,
  StorageClass,
  TelemetryPartition,
  TelemetryQuery,
  TelemetryResult,
  TelemetryStatus,
  TelemetryStore,
} from './types.ts';
