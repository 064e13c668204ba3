import type { JsonObject, JsonValue } from './project.ts';

export type EventLevel = 'fatal' | 'error' | 'warning' | 'info' | 'debug';

/**
 * An event with one shape for everything that SDKs send in several, whatever their version; redacted. What has no
 * place here stays in `contexts`, `extra` or `other`, so that nothing is lost. Made by events/normalize.
 */
export interface NormalizedEvent {
  readonly eventId: string;
  readonly projectId: string;
  /** `error` has exceptions or threads, `message` has not; the others are reports of browsers. */
  readonly type: 'error' | 'message' | 'csp' | 'hpkp' | 'expect-ct' | 'expect-staple' | 'nel';
  /** When it happened, its clock corrected by `sent_at`; never in the future. */
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly platform: string;
  readonly level: EventLevel;
  readonly logger: string;
  readonly transaction: string;
  readonly serverName: string;
  readonly release: string;
  readonly dist: string;
  /** `production` when the SDK said nothing. */
  readonly environment: string;
  readonly message?: { readonly formatted: string; readonly template?: string; readonly params?: JsonValue };
  /** Oldest cause first, as SDKs send them: the last one is what was caught. */
  readonly exceptions: readonly EventException[];
  readonly threads: readonly EventThread[];
  /** A stack trace of the event itself. */
  readonly stacktrace?: Stacktrace;
  readonly template?: {
    readonly filename: string;
    readonly absPath: string;
    readonly lineno?: number;
    readonly contextLine?: string;
  };
  /** The report of a browser, for CSP and its kin. */
  readonly report?: JsonObject;
  /** Absent means default. Values are text. */
  readonly fingerprint?: readonly string[];
  readonly checksum?: string;
  readonly user?: {
    readonly id?: string;
    readonly email?: string;
    readonly username?: string;
    readonly ip?: string;
    readonly name?: string;
    readonly geo?: JsonObject;
    readonly data?: JsonObject;
  };
  readonly request?: {
    readonly url: string;
    readonly method: string;
    readonly query: readonly (readonly [string, string])[];
    readonly headers: readonly (readonly [string, string])[];
    readonly cookies: readonly (readonly [string, string])[];
    readonly body?: JsonValue;
    readonly env?: JsonObject;
  };
  readonly breadcrumbs: readonly Breadcrumb[];
  /** Sent tags, with those that are derived (`browser.name`, `os`, `runtime`, `level`, `release`, `environment`, `url`, `handled`, `mechanism`, `user`, `server_name`, `transaction`, …). */
  readonly tags: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, JsonObject>>;
  readonly extra: JsonObject;
  readonly modules: Readonly<Record<string, string>>;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly traceId: string;
  readonly spanId: string;
  readonly debugImages: readonly DebugImage[];
  /** What was repaired or cut, for people who look for what is missing: `{ field, reason }`. */
  readonly remarks: readonly { readonly field: string; readonly reason: string }[];
  /** Fields that have no place above, as sent. */
  readonly other: JsonObject;
}

export interface EventException {
  readonly type: string;
  readonly value: string;
  readonly module: string;
  readonly threadId?: string;
  readonly mechanism: {
    readonly type: string;
    readonly handled?: boolean;
    readonly synthetic: boolean;
    readonly exceptionId?: number;
    readonly parentId?: number;
    readonly isExceptionGroup: boolean;
    readonly source?: string;
    readonly data?: JsonObject;
    /** Apple's and the like: `mechanism.meta`. */
    readonly meta?: JsonObject;
  };
  readonly stacktrace?: Stacktrace;
  /** Before source maps were applied; absent when none were. */
  readonly rawStacktrace?: Stacktrace;
}

export interface EventThread {
  readonly id: string;
  readonly name: string;
  readonly crashed: boolean;
  readonly current: boolean;
  readonly stacktrace?: Stacktrace;
}

export interface Stacktrace {
  /** Oldest call first: the last frame is where it happened. */
  readonly frames: readonly Frame[];
  readonly framesOmitted?: readonly [number, number];
}

export interface Frame {
  readonly filename: string;
  readonly absPath: string;
  readonly module: string;
  readonly package: string;
  readonly function: string;
  readonly rawFunction: string;
  readonly platform: string;
  readonly lineno?: number;
  readonly colno?: number;
  /** As the SDK said; grouping may say otherwise by its rules. */
  readonly inApp?: boolean;
  readonly preContext: readonly string[];
  readonly contextLine?: string;
  readonly postContext: readonly string[];
  /** Locals; redacted. */
  readonly vars?: JsonObject;
  readonly instructionAddr?: string;
  /** Set by symbolication: where the frame was before, and the source map that was used. */
  readonly sourceMap?: string;
  readonly data?: JsonObject;
}

export interface DebugImage {
  readonly type: string;
  readonly debugId: string;
  readonly codeFile: string;
  readonly data: JsonObject;
}

export interface Breadcrumb {
  readonly timeMs?: number;
  readonly type: string;
  readonly category: string;
  readonly level: string;
  readonly message: string;
  readonly data?: JsonObject;
}
