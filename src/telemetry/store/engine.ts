import type { Topology } from '../schema/index.ts';
import type { TelemetryResult } from '../types.ts';

/**
 * What the store needs of an engine. Drivers implement this; everything that makes rows durable, exact and
 * bounded stands above it and is the same for all of them.
 */
export interface TelemetryEngine {
  readonly kind: string;
  readonly topology: Topology;
  /**
   * Stores the rows as one block. Resolves when they are durable. An insert with a token that the table has
   * seen lately stores nothing and succeeds. Rejects with an error that {@link faultOf} understands.
   */
  readonly insert: (insert: EngineInsert) => Promise<void>;
  /** Bounded, cancellable; never holds up inserts. Throws the `telemetry.query-*` failures. */
  readonly select: <Row>(query: EngineSelect) => Promise<TelemetryResult<Row>>;
  /** DDL, mutations and small reads of the store itself, one after the other, apart from the other sessions. */
  readonly command: (sql: string) => Promise<void>;
  readonly read: <Row>(sql: string) => Promise<readonly Row[]>;
  readonly freeDiskBytes: () => Promise<number>;
  readonly faultOf: (error: unknown) => EngineFault;
  readonly close: () => Promise<void>;
}

export interface EngineInsert {
  readonly table: string;
  readonly columns: readonly string[];
  /** JSONCompactEachRow; must not change before the promise settles. */
  readonly bytes: Buffer;
  readonly token: string;
  /** Builds the skip indexes with the insert instead of leaving them to merges. */
  readonly indexOnInsert: boolean;
}

export interface EngineSelect {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly memoryBytesMax: number;
}

/**
 * What an error of the engine means for the rows of an insert.
 * `row`: a row cannot be read, nothing of the block is stored. `busy`: refused before anything was stored, may
 * pass. `disk`: no space. `unknown`: it may or may not be stored; only the same token may be used again.
 */
export interface EngineFault {
  readonly type: 'row' | 'busy' | 'disk' | 'unknown';
  /** The code and name of the error in the engine, never its text: the text may quote stored rows. */
  readonly engineError: string;
}
