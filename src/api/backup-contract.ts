import { z } from '@hono/zod-openapi';

/** The part of the JSON API about database backups; times are milliseconds since 1970, positions are PostgreSQL's text. */
const progressBody = z.object({
  phase: z.string(),
  doneBytes: z.number(),
  totalBytes: z.number().optional(),
  bytesPerSecond: z.number(),
  leftMs: z.number().optional(),
});
export const backupRunBody = z.object({
  id: z.string(),
  source: z.string(),
  type: z.enum(['snapshot', 'restore', 'proof']),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  begunMs: z.number(),
  endedMs: z.number().optional(),
  progress: progressBody.optional(),
  summary: z.string().optional(),
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
  result: z.string().optional(),
});
export const sourceBody = z.object({
  name: z.string(),
  /** Host, port, database and user; never the password. */
  address: z.string(),
  isOwn: z.boolean(),
  systemId: z.string().optional(),
  slotName: z.string(),
  heartbeat: z.boolean(),
  snapshotCron: z.string(),
  timeZone: z.string(),
  windowMs: z.number(),
  dailyKeptMs: z.number(),
  recoveryTimeObjectiveMs: z.number(),
  recoveryPointObjectiveMs: z.number(),
  slotLagAlarmBytes: z.number(),
  slotLagMaxBytes: z.number(),
  throttleBytesPerSecond: z.number(),
});
export const sourcesBody = z.object({ sources: z.array(sourceBody) });
export const sourceInputBody = z.object({
  name: z.string(),
  url: z.string(),
  slotName: z.string().optional(),
  heartbeat: z.boolean().optional(),
  snapshotCron: z.string().optional(),
  timeZone: z.string().optional(),
  windowMs: z.number().optional(),
  dailyKeptMs: z.number().optional(),
  recoveryTimeObjectiveMs: z.number().optional(),
  recoveryPointObjectiveMs: z.number().optional(),
  slotLagAlarmBytes: z.number().optional(),
  slotLagMaxBytes: z.number().optional(),
  throttleBytesPerSecond: z.number().optional(),
});
export const sourceChangeBody = sourceInputBody.omit({ name: true }).partial();
export const snapshotBody = z.object({
  id: z.string(),
  source: z.string(),
  serverVersion: z.number(),
  timeline: z.number(),
  startLsn: z.string(),
  stopLsn: z.string(),
  begunMs: z.number(),
  endedMs: z.number(),
  fromStandby: z.boolean(),
  clusterBytes: z.number(),
  newBytes: z.number(),
  files: z.number(),
  retainUntilMs: z.number(),
});
export const snapshotsBody = z.object({ snapshots: z.array(snapshotBody) });
export const streamBody = z.object({
  state: z.enum(['starting', 'streaming', 'catching-up', 'disconnected', 'broken', 'stopped']),
  reason: z.string().optional(),
  timeline: z.number().optional(),
  receivedLsn: z.string().optional(),
  durableLsn: z.string().optional(),
  serverLsn: z.string().optional(),
  slotLagBytes: z.number().optional(),
  restorableToMs: z.number().optional(),
  lagMs: z.object({ last: z.number(), p50: z.number(), p99: z.number() }).optional(),
  gaps: z.array(z.object({ timeline: z.number(), fromLsn: z.string(), toLsn: z.string(), atMs: z.number() })),
  connectedSinceMs: z.number().optional(),
});
export const findingBody = z.object({
  id: z.string(),
  level: z.enum(['ok', 'warning', 'error']),
  title: z.string(),
  detail: z.string(),
  remedy: z.string().optional(),
});
export const findingsBody = z.object({ findings: z.array(findingBody) });
export const restoreReportBody = z.object({
  id: z.string(),
  source: z.string(),
  choice: z.enum(['newest', 'random-second', 'random-day', 'given']),
  targetMs: z.number(),
  snapshotId: z.string(),
  begunMs: z.number(),
  endedMs: z.number(),
  passed: z.boolean(),
  summary: z.string(),
  recoveryTimeMs: z.number(),
  recoveryPointMs: z.number(),
  recoveryTimeObjectiveMs: z.number(),
  recoveryPointObjectiveMs: z.number(),
  phases: z.array(z.object({ name: z.string(), ms: z.number(), bytes: z.number().optional() })),
  checks: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string() })),
  restoredBytes: z.number(),
  walBytes: z.number(),
});
export const restoreReportsBody = z.object({ reports: z.array(restoreReportBody) });
export const rangeBody = z.object({ fromMs: z.number(), toMs: z.number(), timeline: z.number() });
export const sourceStatusBody = z.object({
  source: sourceBody,
  stream: streamBody,
  newestSnapshot: snapshotBody.optional(),
  snapshots: z.number(),
  clusterBytes: z.number(),
  storedBytes: z.number(),
  ranges: z.array(rangeBody),
  nextSnapshotMs: z.number().optional(),
  nextProofMs: z.number().optional(),
  lastProof: restoreReportBody.optional(),
  runs: z.array(backupRunBody),
  problems: z.array(findingBody),
});
export const sourceStatusesBody = z.object({ sources: z.array(sourceStatusBody) });
export const namedPointsBody = z.object({
  points: z.array(z.object({ name: z.string(), timeMs: z.number(), timeline: z.number(), lsn: z.string() })),
});
/** Exactly one of time, lsn, name, snapshot; none of them is `latest`. */
export const restoreTargetBody = z.object({
  timeMs: z.number().optional(),
  lsn: z.string().optional(),
  name: z.string().optional(),
  snapshot: z.string().optional(),
  inclusive: z.boolean().optional(),
  timeline: z.number().optional(),
});
export const restorePlanBody = z.object({
  source: z.string(),
  target: z.string(),
  timeline: z.union([z.literal('latest'), z.number()]),
  snapshot: snapshotBody,
  walSegments: z.number(),
  restoreBytes: z.number(),
  walBytes: z.number(),
  readBytes: z.number(),
  estimatedMs: z.number().optional(),
  notes: z.array(z.string()),
});
export const restoreApplyBody = restoreTargetBody.extend({ into: z.string(), port: z.number().int().optional() });
export const proofRequestBody = z.object({
  choice: z.enum(['newest', 'random-second', 'random-day', 'given']),
  targetMs: z.number().optional(),
});
export const retentionBody = z.object({
  keeps: z.array(z.object({ what: z.string(), untilMs: z.number(), reason: z.string() })),
  removals: z.array(z.object({ what: z.string(), reason: z.string() })),
});

export type BackupRunBody = z.infer<typeof backupRunBody>;
export type SourceBody = z.infer<typeof sourceBody>;
export type SourcesBody = z.infer<typeof sourcesBody>;
export type SourceInputBody = z.infer<typeof sourceInputBody>;
export type SnapshotBody = z.infer<typeof snapshotBody>;
export type SnapshotsBody = z.infer<typeof snapshotsBody>;
export type StreamBody = z.infer<typeof streamBody>;
export type FindingBody = z.infer<typeof findingBody>;
export type FindingsBody = z.infer<typeof findingsBody>;
export type RestoreReportBody = z.infer<typeof restoreReportBody>;
export type RestoreReportsBody = z.infer<typeof restoreReportsBody>;
export type SourceStatusBody = z.infer<typeof sourceStatusBody>;
export type SourceStatusesBody = z.infer<typeof sourceStatusesBody>;
export type NamedPointsBody = z.infer<typeof namedPointsBody>;
export type RestoreTargetBody = z.infer<typeof restoreTargetBody>;
export type RestorePlanBody = z.infer<typeof restorePlanBody>;
export type RestoreApplyBody = z.infer<typeof restoreApplyBody>;
export type ProofRequestBody = z.infer<typeof proofRequestBody>;
export type RetentionBody = z.infer<typeof retentionBody>;
