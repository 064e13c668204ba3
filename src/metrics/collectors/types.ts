import type { DatabaseTarget } from './postgres/sql-session.ts';

/** Why something of a source is not seen; the rest of it is. */
export interface Unseen {
  readonly what: string;
  readonly reason: string;
}

export interface CollectorStatus {
  /** `database:orders`, `host:web-1`. */
  readonly id: string;
  readonly kind: 'database' | 'host';
  readonly name: string;
  /** When it last brought points that are durable; undefined before the first time. */
  readonly collectedMs?: number;
  readonly durationMs?: number;
  /** Why the last round failed; absent while it works. */
  readonly problem?: string;
  readonly unseen: readonly Unseen[];
  /** Of a database, as `PostgreSQL 15.8, primary`. */
  readonly detail?: string;
}

/** What one statement cost in the last minute that was looked at; texts are normalized and redacted. */
export interface StatementRow {
  /** The server's own id of the statement, as in the dimension `statement`. */
  readonly fingerprint: string;
  readonly database: string;
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
  /** Of the time that all statements took together. */
  readonly sharePercent: number;
  /** The slowest call since the server began to count. */
  readonly slowestMs: number;
}

export interface StatementsView {
  readonly source: string;
  /** The time that the rows are about; absent before two readings. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Most time first. */
  readonly statements: readonly StatementRow[];
  /** Why there are none, when there can be none. */
  readonly problem?: string;
}

export interface Collectors {
  readonly status: () => readonly CollectorStatus[];
  /** The costly statements of a database; undefined for a source that is not watched. */
  readonly statements: (source: string) => StatementsView | undefined;
  /** Collects now and resolves when the points are durable; for tests and for people who wait. Never throws. */
  readonly collectNow: () => Promise<void>;
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

export type Targets = () => readonly DatabaseTarget[];
