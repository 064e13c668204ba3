import { type AlertSeverity, severityRank } from '../../notify/index.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';

export interface StormTitle {
  readonly issueId: string;
  readonly shortId: string;
  readonly title: string;
  readonly severity: AlertSeverity;
}

/** A time in which more issues of a project want to be told of than people can read. */
export interface Storm {
  /** Of its alert: that of a project that was renamed since stays. */
  readonly key: string;
  readonly sinceMs: number;
  /** When the window that is counted now began, and how many were held back in it. */
  readonly windowMs: number;
  readonly windowHeld: number;
  readonly held: number;
  /** Worst first. */
  readonly worst: readonly StormTitle[];
  /** When its alert was last renewed. */
  readonly refreshedMs: number;
}

/** How many alerts of a project may come one by one. The bucket fills evenly, up to the number of one window. */
export interface StormGauge {
  readonly tokens: number;
  readonly countedMs: number;
  readonly storm?: Storm;
}

/** What the alert of a storm has to do: begin, show newer numbers, or end. */
export type StormTurn = 'begin' | 'renew' | 'end';

export const newGauge = (nowMs: number): StormGauge => ({ tokens: LIMITS.individualPerWindow, countedMs: nowMs });

function filled(gauge: StormGauge, nowMs: number): StormGauge {
  const sinceMs = Math.max(0, nowMs - gauge.countedMs);
  const tokens = gauge.tokens + (sinceMs / LIMITS.stormWindowMs) * LIMITS.individualPerWindow;
  return { ...gauge, tokens: Math.min(LIMITS.individualPerWindow, tokens), countedMs: nowMs };
}

/**
 * Whether one more is told of by itself. Once a storm has begun nothing is, until it has ended: those that would come
 * through one by one are no better than those that would not.
 */
export function admit(
  gauge: StormGauge,
  title: StormTitle,
  at: { readonly nowMs: number; readonly key: string },
): { readonly gauge: StormGauge; readonly isTold: boolean; readonly turn?: StormTurn } {
  const { nowMs, key } = at;
  const now = filled(gauge, nowMs);
  if (now.storm === undefined && now.tokens >= 1) return { gauge: { ...now, tokens: now.tokens - 1 }, isTold: true };
  const begun = now.storm ?? {
    ...{ key, sinceMs: nowMs, windowMs: nowMs, windowHeld: 0, held: 0, worst: [], refreshedMs: nowMs },
  };
  const storm: Storm = {
    ...begun,
    windowHeld: begun.windowHeld + 1,
    held: begun.held + 1,
    worst: worstOf([...begun.worst, title]),
  };
  const held = { gauge: { ...now, storm }, isTold: false };
  return now.storm === undefined ? { ...held, turn: 'begin' } : held;
}

/** An issue may have been held back more than once: with each of its changes. */
function worstOf(titles: readonly StormTitle[]): readonly StormTitle[] {
  const byIssue = new Map(titles.map((title) => [title.issueId, title]));
  return [...byIssue.values()]
    .sort((a, b) => severityRank(a.severity) - severityRank(b.severity))
    .slice(0, LIMITS.stormTitles);
}

/** What time makes of a storm; undefined when nothing. */
export function passTime(
  gauge: StormGauge,
  nowMs: number,
): { readonly gauge: StormGauge; readonly turn: StormTurn; readonly storm: Storm } | undefined {
  const { storm, ...calm } = gauge;
  if (storm === undefined) return undefined;
  // A clock that was set back must not keep a storm open.
  const isWindowOver = nowMs - storm.windowMs >= LIMITS.stormWindowMs || nowMs < storm.windowMs;
  if (isWindowOver && storm.windowHeld * 2 <= LIMITS.individualPerWindow) {
    return { gauge: filled(calm, nowMs), turn: 'end', storm };
  }
  const next: Storm = isWindowOver ? { ...storm, windowMs: nowMs, windowHeld: 0 } : storm;
  const isDue = nowMs - storm.refreshedMs >= LIMITS.stormRefreshMs && storm.windowHeld > 0;
  if (!isWindowOver && !isDue) return undefined;
  const renewed = { ...next, refreshedMs: nowMs };
  return { gauge: { ...gauge, storm: renewed }, turn: 'renew', storm: renewed };
}
