/**
 * drills: scenario in, evidence out.
 *
 * Purpose: the probes by which promises prove themselves on a cadence. They act as a client outside would, over the
 * server's own port with keys of their own, so that what they measure is what users get.
 * Invariants: a probe carries its own control (a marker that must be found, a reader who must be let in), so that
 * blindness fails instead of passing; canaries are random, so that no run is helped by an earlier one; keys of the
 * probes live in memory only.
 * Limits: limits.ts. A probe touches only the log groups below /holdfast/probe, the namespace Holdfast/Probe, the internal
 * project of errors with its one issue, and one alarm and one channel of its own, which people do not see and which it
 * takes away again.
 */
import type { Probe } from '../evidence/index.ts';
import { alarmDelivered } from './alarm-delivered.ts';
import type { BackupProbeDeps } from './backup-probe-deps.ts';
import { backupsRemote, everySecondKept, restoredInTime, secondRestored, snapshotsDaily } from './backup-probes.ts';
import { canaryLogFound } from './canary-log-found.ts';
import { canarySecretAbsent } from './canary-secret-absent.ts';
import { damageMended } from './damage-mended.ts';
import { databaseMetricsFresh } from './database-metrics-fresh.ts';
import { durabilityComputed } from './durability-computed.ts';
import type { ErrorProbeDeps } from './error-probe-deps.ts';
import { canaryExceptionAlerted, processingQueueCurrent } from './error-probes.ts';
import { expiredLogsDropped } from './expired-logs-dropped.ts';
import type { MetricsProbeDeps } from './metrics-probe-deps.ts';
import type { ProbeDeps } from './probe-deps.ts';
import { readerWithoutGrantRefused } from './reader-without-grant-refused.ts';
import type { VaultProbeDeps } from './vault-probe-deps.ts';
import { versionImmutable } from './version-immutable.ts';

export type { BackupProbeDeps } from './backup-probe-deps.ts';
export type { ErrorProbeDeps } from './error-probe-deps.ts';
export { DRILLS_FAILURES } from './failures.ts';
export { DRILLS_LIMITS } from './limits.ts';
export type { MetricsProbeDeps } from './metrics-probe-deps.ts';
export { createProbeClients, type ProbeClients, type ProbeKey } from './probe-clients.ts';
export { EXPIRY_GROUP, PROBE_GROUP, type ProbeDeps } from './probe-deps.ts';
export type { VaultProbeDeps } from './vault-probe-deps.ts';

/** The probes of the log spine: M1, M8, M9. */
export const logProbes = (deps: ProbeDeps): readonly Probe[] => [
  canaryLogFound(deps),
  canarySecretAbsent(deps),
  readerWithoutGrantRefused(deps),
  expiredLogsDropped(deps),
];

/** The probes of the vault: M11. */
export const vaultProbes = (deps: VaultProbeDeps): readonly Probe[] => [
  versionImmutable(deps),
  damageMended(deps),
  durabilityComputed(deps),
];

/** The probes of database backup: M12, M13, M15. */
export const backupProbes = (deps: BackupProbeDeps): readonly Probe[] => [
  snapshotsDaily(deps),
  everySecondKept(deps),
  secondRestored(deps),
  backupsRemote(deps),
  restoredInTime(deps),
];

/** The probes of metrics and alarms: M2. */
export const metricsProbes = (deps: MetricsProbeDeps): readonly Probe[] => [
  alarmDelivered(deps),
  databaseMetricsFresh(deps),
];

/** The probes of error tracking: M6. */
export const errorProbes = (deps: ErrorProbeDeps): readonly Probe[] => [
  canaryExceptionAlerted(deps),
  processingQueueCurrent(deps),
];
