/** A connection to somebody's server, as narrow as collecting needs it. */
export interface SqlSession {
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly SqlRow[]>;
  readonly close: () => Promise<void>;
  /** Cuts the connection, whatever hangs on it. */
  readonly destroy: () => void;
}

export type SqlRow = Readonly<Record<string, unknown>>;

/** A PostgreSQL that is watched. */
export interface DatabaseTarget {
  readonly name: string;
  /** Changes when the address does; says nothing else. */
  readonly mark: string;
  /** Host and port, for people; never a password. */
  readonly address: string;
  readonly connect: (signal: AbortSignal) => Promise<SqlSession>;
}

/** Numbers come as float8 or text; null and what is no number are undefined. */
export function numberOf(row: SqlRow | undefined, column: string): number | undefined {
  const value = row?.[column];
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function textOf(row: SqlRow | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' ? value : '';
}

/** The five characters of SQLSTATE; undefined for errors that no server sent. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
