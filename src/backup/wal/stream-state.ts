import { isFailure } from '../../base/index.ts';
import type { Lsn, StreamStatus, WalPosition } from '../types.ts';
import type { DurablePart } from './archive.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import type { SourceStreamStatus, StreamEvent, StreamGap, WalStreamDeps } from './stream-types.ts';

type Phase = StreamStatus['state'];

/** All that a stream knows of itself; the parts of the stream write it and `status` reads it. */
export interface StreamState {
  phase: Phase;
  reason: string | undefined;
  systemId: string | undefined;
  host: string | undefined;
  timeline: number | undefined;
  receivedLsn: Lsn | undefined;
  durableLsn: Lsn | undefined;
  serverLsn: Lsn | undefined;
  slotLagBytes: number | undefined;
  restorableToMs: number | undefined;
  connectedSinceMs: number | undefined;
  vaultProblem: string | undefined;
  clockSkewMs: number | undefined;
  heartbeat: NonNullable<SourceStreamStatus['heartbeat']>;
  lateParts: number;
  /** By the clock of the source: commits before it were made before the source came under backup. */
  followedSinceMs: number;
  snapshot: WalPosition | undefined;
  gaps: StreamGap[];
  readonly lags: { readonly atMs: number; readonly lagMs: number }[];
}

export const createStreamState = (systemId: string | undefined): StreamState => ({
  ...{ phase: 'starting', reason: undefined, systemId, host: undefined, timeline: undefined, receivedLsn: undefined },
  ...{ durableLsn: undefined, serverLsn: undefined, slotLagBytes: undefined, restorableToMs: undefined },
  ...{ connectedSinceMs: undefined, vaultProblem: undefined, clockSkewMs: undefined, heartbeat: { state: 'off' } },
  ...{ lateParts: 0, followedSinceMs: 0, snapshot: undefined, gaps: [], lags: [] },
});

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
export const codeOf = (error: unknown): string => (isFailure(error) ? error.code : 'unexpected');

/** Tells the listener and the log; a listener that throws must not end the stream. */
export function tell(deps: WalStreamDeps, event: StreamEvent): void {
  const bad = /corrupt|gap$|given-up|refuses|disconnected|slot-lag$/.test(event.type);
  const fields = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, printable(value)]));
  deps.log[bad ? 'warn' : 'info']({ source: deps.source.name, ...fields }, `WAL stream: ${event.type}`);
  try {
    deps.onEvent?.(event);
  } catch (error) {
    deps.log.error({ error }, 'a listener of the WAL stream failed');
  }
}

const printable = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner))
    : typeof value === 'bigint'
      ? value.toString()
      : value;

export function noteDurable(state: StreamState, part: DurablePart, nowMs: number): void {
  state.durableLsn = part.toLsn;
  state.timeline = part.timeline;
  if (part.tookMs > BACKUP_WAL_LIMITS.partMsMax) state.lateParts += 1;
  if (part.lastCommitMs !== undefined) {
    state.restorableToMs = Math.max(state.restorableToMs ?? 0, part.lastCommitMs);
  }
  const sourceNowMs = nowMs + (state.clockSkewMs ?? 0);
  for (const commitMs of new Set([part.firstCommitMs, part.lastCommitMs])) {
    if (commitMs !== undefined && commitMs >= state.followedSinceMs)
      state.lags.push({ atMs: nowMs, lagMs: Math.max(0, sourceNowMs - commitMs) });
  }
  const oldestMs = nowMs - BACKUP_WAL_LIMITS.lagWindowMs;
  let drop = Math.max(0, state.lags.length - BACKUP_WAL_LIMITS.lagSamplesMax);
  while ((state.lags[drop]?.atMs ?? nowMs) < oldestMs) drop += 1;
  state.lags.splice(0, drop);
}

export function noteGap(state: StreamState, deps: WalStreamDeps, gap: StreamGap, reason: string): void {
  state.gaps = [...state.gaps, gap].slice(-BACKUP_WAL_LIMITS.gapsListedMax);
  tell(deps, { type: 'gap', gap, reason });
  deps.onGap?.(gap);
}

/** A gap matters until a snapshot begins behind it. */
export const openGaps = (state: StreamState): readonly StreamGap[] =>
  state.gaps.filter(({ toLsn }) => state.snapshot === undefined || state.snapshot.lsn < toLsn);

function lagOf(state: StreamState): StreamStatus['lagMs'] {
  const last = state.lags.at(-1)?.lagMs;
  if (last === undefined) return undefined;
  const sorted = state.lags.map(({ lagMs }) => lagMs).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? last;
  return { last, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export function describeState(source: string, state: StreamState): SourceStreamStatus {
  const broken = openGaps(state).at(-1);
  const isUp = state.phase === 'streaming' || state.phase === 'catching-up';
  const vault = state.vaultProblem === undefined ? undefined : `the vault takes nothing: ${state.vaultProblem}`;
  const gap = 'WAL is missing; the window begins anew with the next snapshot';
  const phase: Phase =
    broken !== undefined && isUp ? 'broken' : vault !== undefined && isUp ? 'catching-up' : state.phase;
  const reason = [vault, state.reason, broken === undefined ? undefined : gap].filter((text) => text !== undefined);
  const optional = {
    reason: reason.length === 0 ? undefined : reason.join('; '),
    ...{ timeline: state.timeline, receivedLsn: state.receivedLsn, durableLsn: state.durableLsn },
    ...{ serverLsn: state.serverLsn, slotLagBytes: state.slotLagBytes, restorableToMs: state.restorableToMs },
    ...{ lagMs: lagOf(state), connectedSinceMs: state.connectedSinceMs, systemId: state.systemId, host: state.host },
    clockSkewMs: state.clockSkewMs,
  };
  const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const { gaps, heartbeat, lateParts } = state;
  return { source, state: phase, gaps: [...gaps], heartbeat, lateParts, ...known };
}
