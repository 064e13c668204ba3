import type { Actor } from '../../access/index.ts';
import type { JsonValue, Project, TimeRange } from '../types.ts';

/** The words of crons: a monitor is a job that should run by a schedule, a check-in is one run of it. */

export type CheckInStatus = 'in_progress' | 'ok' | 'error';

/** What the edge hands over, as the `check_in` item or the check-in URL said it. */
export interface IncomingCheckIn {
  readonly project: Project;
  readonly slug: string;
  /**
   * As sent: 32 hex digits with or without hyphens names a run. Absent, zeros or `latest`: the newest run that is still
   * in progress, or a new one when none is.
   */
  readonly checkInId?: string;
  readonly status: CheckInStatus;
  readonly durationMs?: number;
  /** Empty counts as `production`. */
  readonly environment: string;
  /** When it was said, the sender's clock corrected; the same as `receivedMs` when nothing is known. */
  readonly timeMs: number;
  readonly receivedMs: number;
  /** `monitor_config` as it was sent; it makes or changes the monitor. */
  readonly config?: JsonValue;
  readonly traceId?: string;
  readonly release?: string;
}

export interface TakenCheckIn {
  /** 32 hex digits. */
  readonly id: string;
  /** False for a run that had ended before, or was known like that: nothing changed. */
  readonly isNews: boolean;
  /** Why the `monitor_config` beside it was not taken; the check-in itself was. */
  readonly configProblem?: string;
}

/** Where the edge hands check-ins over. */
export interface MonitorIntake {
  /**
   * Durable when it resolves. Refuses with `monitors.slug-invalid`, `monitors.unknown` (no such monitor and no
   * configuration beside), `monitors.config-invalid`, `monitors.too-many` and `monitors.check-in-invalid`; none of them
   * is worth trying again.
   */
  readonly checkIn: (checkIn: IncomingCheckIn) => Promise<TakenCheckIn>;
}

export const INTERVAL_UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute'] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];

export type MonitorSchedule =
  | { readonly type: 'crontab'; readonly value: string }
  | { readonly type: 'interval'; readonly value: number; readonly unit: IntervalUnit };

export interface MonitorConfig {
  readonly schedule: MonitorSchedule;
  /** How long after its time a run may begin before it counts as missed. */
  readonly checkInMarginMinutes: number;
  /** How long a run may be in progress before it counts as timed out. */
  readonly maxRuntimeMinutes: number;
  /** Runs in a row that failed (missed, timed out or with an error) before people are told. */
  readonly failureThreshold: number;
  /** Runs in a row that went well before it counts as recovered. */
  readonly recoveryThreshold: number;
  /** Of the IANA database; the schedule is read in it. */
  readonly timezone: string;
}

/** `unknown`: Holdfast was not running in the time in which the check-in would have come, so nobody can tell. */
export type CheckInState = 'in_progress' | 'ok' | 'error' | 'missed' | 'timeout' | 'unknown';

export interface CheckIn {
  readonly id: string;
  readonly environment: string;
  readonly state: CheckInState;
  /** When the run began, or for one that was missed when it should have. */
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly durationMs?: number;
  /** The time of the schedule that it stands for. */
  readonly expectedMs?: number;
  readonly release?: string;
  readonly traceId?: string;
}

/** A job in one environment. `waiting`: it has not checked in yet. */
export interface MonitorEnvironment {
  readonly environment: string;
  readonly state: 'waiting' | CheckInState;
  /** True from the failure threshold until the recovery threshold; people were told unless it is muted. */
  readonly isFailing: boolean;
  readonly failingSinceMs?: number;
  readonly failuresInRow: number;
  readonly successesInRow: number;
  readonly lastCheckInMs?: number;
  readonly nextExpectedMs?: number;
}

export interface Monitor {
  readonly projectId: string;
  readonly projectSlug: string;
  readonly slug: string;
  readonly name: string;
  readonly config: MonitorConfig;
  /** Who last said the configuration: an SDK beside a check-in, or a person. */
  readonly configuredBy: 'sdk' | 'person';
  /** Why the newest `monitor_config` of an SDK was not taken. */
  readonly configProblem?: string;
  readonly isMuted: boolean;
  readonly mutedUntilMs?: number;
  readonly createdMs: number;
  readonly environments: readonly MonitorEnvironment[];
}

export interface MonitorRef {
  readonly projectId: string;
  readonly slug: string;
}

export interface MonitorInput extends MonitorRef {
  readonly name?: string;
  readonly schedule: MonitorSchedule;
  readonly checkInMarginMinutes?: number;
  readonly maxRuntimeMinutes?: number;
  readonly failureThreshold?: number;
  readonly recoveryThreshold?: number;
  readonly timezone?: string;
}

export interface MonitorTimeline {
  /** Beginnings of equal steps. */
  readonly timesMs: readonly number[];
  readonly environments: readonly {
    readonly environment: string;
    /** For each step, how many runs of each state began in it; states without any are absent. */
    readonly counts: readonly Readonly<Partial<Record<CheckInState, number>>>[];
  }[];
}

export interface MonitorVerbs {
  readonly list: (actor: Actor, filter: { readonly projectIds?: readonly string[] }) => Promise<readonly Monitor[]>;
  readonly get: (actor: Actor, ref: MonitorRef) => Promise<Monitor>;
  /** Newest first. */
  readonly checkIns: (
    actor: Actor,
    ref: MonitorRef,
    page: { readonly environment?: string; readonly before?: string; readonly limit: number },
  ) => Promise<{ readonly checkIns: readonly CheckIn[]; readonly next?: string }>;
  readonly timeline: (
    actor: Actor,
    ref: MonitorRef,
    range: TimeRange & { readonly steps: number; readonly environment?: string },
  ) => Promise<MonitorTimeline>;
  /** The next times of a schedule, for people who write one. Throws `monitors.config-invalid`. */
  readonly preview: (
    actor: Actor,
    input: { readonly schedule: MonitorSchedule; readonly timezone?: string; readonly count: number },
  ) => Promise<readonly number[]>;
  readonly create: (actor: Actor, input: MonitorInput) => Promise<Monitor>;
  /** What is absent stays as it is. */
  readonly update: (
    actor: Actor,
    ref: MonitorRef,
    change: Partial<Omit<MonitorInput, keyof MonitorRef>>,
  ) => Promise<Monitor>;
  /** Runs are recorded as before and nobody is told; what is told of already ends. */
  readonly mute: (
    actor: Actor,
    ref: MonitorRef,
    mute: { readonly isMuted: boolean; readonly untilMs?: number },
  ) => Promise<Monitor>;
  readonly remove: (actor: Actor, ref: MonitorRef) => Promise<void>;
  /** For an environment that is gone; it comes back with its next check-in. */
  readonly removeEnvironment: (actor: Actor, ref: MonitorRef, environment: string) => Promise<Monitor>;
}

export interface Monitors {
  readonly intake: MonitorIntake;
  readonly verbs: MonitorVerbs;
  /** Begins to look for runs that are missed or too long. */
  readonly start: () => Promise<void>;
  /** Looks once at what is due, for tests and probes; resolves to how many runs were judged. */
  readonly turn: () => Promise<number>;
  /** Removes the monitors of a project that is deleted; may be repeated. */
  readonly eraseProject: (project: { readonly id: string; readonly slug: string }) => Promise<void>;
  readonly close: () => Promise<void>;
}
