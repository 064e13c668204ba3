import type { Actor } from '../../access/index.ts';
import type { Project, TimeRange } from '../types.ts';

/** The words of release health: sessions of applications, and how many of them ended well. */

export type SessionStatus = 'ok' | 'exited' | 'crashed' | 'abnormal' | 'unhandled';

interface SessionAttributes {
  readonly project: Project;
  /** Sessions without a release belong to none; empty is allowed and counted. */
  readonly release: string;
  /** Empty counts as `production`. */
  readonly environment: string;
  /** The distinct id of a user or device as it was sent; hashed before anything is kept. */
  readonly did?: string;
  readonly startedMs: number;
  readonly receivedMs: number;
}

/** A `session` item: the whole state of one session. */
export interface SessionUpdate extends SessionAttributes {
  readonly type: 'update';
  /** As sent; clients may leave it out when the first they say is its end. */
  readonly sid?: string;
  readonly init: boolean;
  readonly status: SessionStatus;
  readonly errors: number;
}

/** One entry of a `sessions` item: ended sessions that the SDK summed up. */
export interface SessionAggregate extends SessionAttributes {
  readonly type: 'aggregate';
  readonly exited: number;
  /** Ended normally, with errors. */
  readonly errored: number;
  readonly crashed: number;
  readonly abnormal: number;
  readonly unhandled: number;
}

export type IncomingSession = SessionUpdate | SessionAggregate;

export interface TakenSessions {
  /** Items that changed a count. */
  readonly counted: number;
  /** Items that said nothing new: sent twice, or after the end of their session. */
  readonly known: number;
  /** Items that began longer ago than sessions may be updated, or have counts that are no numbers. */
  readonly refused: number;
}

export interface SessionIntake {
  /** Durable when it resolves; refuses like the telemetry store when that takes nothing. */
  readonly sessions: (sessions: readonly IncomingSession[]) => Promise<TakenSessions>;
}

export interface HealthTotals {
  readonly sessions: number;
  /** Went well from beginning to end. */
  readonly healthy: number;
  /** Had errors that were handled, and ended normally or are still open. */
  readonly errored: number;
  readonly unhandled: number;
  readonly abnormal: number;
  readonly crashed: number;
  /** Distinct users; sessions without one count in no rate of users. */
  readonly users: number;
  readonly crashedUsers: number;
  /** 0 to 1; absent when there were none. */
  readonly crashFreeSessions?: number;
  readonly crashFreeUsers?: number;
}

export interface HealthQuery extends TimeRange {
  readonly projectId: string;
  readonly environment?: string;
  readonly release?: string;
}

export interface HealthTrend {
  readonly timesMs: readonly number[];
  readonly sessions: readonly number[];
  readonly errored: readonly number[];
  readonly crashed: readonly number[];
  readonly users: readonly number[];
  /** Null where there were no sessions. */
  readonly crashFreeSessions: readonly (number | null)[];
  readonly crashFreeUsers: readonly (number | null)[];
}

export interface ReleaseHealth {
  readonly release: string;
  readonly totals: HealthTotals;
  /** Its share of all sessions and users of the project, environment and range; 0 to 1. */
  readonly adoptionSessions: number;
  readonly adoptionUsers: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface HealthVerbs {
  readonly totals: (actor: Actor, query: HealthQuery) => Promise<HealthTotals>;
  readonly trend: (actor: Actor, query: HealthQuery & { readonly steps: number }) => Promise<HealthTrend>;
  /** Most sessions first. */
  readonly releases: (
    actor: Actor,
    query: Omit<HealthQuery, 'release'> & { readonly limit: number; readonly releases?: readonly string[] },
  ) => Promise<readonly ReleaseHealth[]>;
}

export interface Health {
  readonly intake: SessionIntake;
  readonly verbs: HealthVerbs;
  /** Writes what is known of open sessions, so that the next process goes on from there. */
  readonly close: () => Promise<void>;
}
