import type { Actor } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../base/index.ts';
import type { Logs } from '../logs/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import { DRILLS_LIMITS } from './limits.ts';
import type { ProbeClients, ProbeKey } from './probe-clients.ts';

/** Where the canaries go. People see it in the list of groups, and what it is for. */
export const PROBE_GROUP = '/holdfast/probe';
/** A group whose rows are written expired, to see them dropped. */
export const EXPIRY_GROUP = '/holdfast/probe/expiry';

export interface ProbeDeps {
  readonly clients: ProbeClients;
  /** May write to the probe group, and no more. */
  readonly sender: ProbeKey;
  /** May read what it is granted, and is granted nothing. */
  readonly reader: ProbeKey;
  /** The part of Holdfast that measures; may read and manage logs. */
  readonly actor: Actor;
  readonly logs: Logs;
  readonly telemetry: TelemetryStore;
  readonly audit: Audit;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly cadenceMs: number;
}

/** Makes a group of the probes and its stream where they are missing, kept as long as the probes need it. */
export async function ensureProbeTarget(
  deps: ProbeDeps,
  logGroup: string,
  logStream: string,
  retentionDays: number = DRILLS_LIMITS.probeRetentionDays,
): Promise<void> {
  const group = await deps.logs.groups.forWrite(deps.actor, { logGroup, logStream, createMissing: true });
  if (group.retentionDays !== retentionDays) await deps.logs.groups.setRetention(deps.actor, logGroup, retentionDays);
}
