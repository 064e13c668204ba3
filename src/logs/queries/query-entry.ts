import type { Actor } from '../../access/index.ts';
import type { QueryRequest, QueryStatus, QueryView } from '../service.ts';
import type { LogGroup } from '../types.ts';
import type { PlannedQuery } from './compile-query.ts';

/** One query from its start until it is forgotten. */
export interface QueryEntry {
  readonly queryId: string;
  readonly actor: Pick<Actor, 'type' | 'id'>;
  readonly request: QueryRequest;
  readonly groups: readonly LogGroup[];
  readonly compiled: PlannedQuery;
  readonly createdMs: number;
  readonly stop: AbortController;
  /** Counts the queries since the start; set when it is added. */
  sequence: number;
  status: QueryStatus;
  rows: QueryView['rows'];
  /** What the rows take in memory, about. */
  bytes: number;
  statistics: QueryView['statistics'];
  failure: QueryView['failure'];
  endedMs: number | undefined;
  /** Resolves when it has ended, however it ended. */
  done: Promise<void>;
}

export const isActive = (entry: QueryEntry): boolean => entry.status === 'Scheduled' || entry.status === 'Running';

export const viewOf = (entry: QueryEntry): QueryView => ({
  queryId: entry.queryId,
  query: entry.request.query,
  logGroups: entry.groups.map((group) => group.name),
  status: entry.status,
  createdMs: entry.createdMs,
  fields: entry.compiled.fields.map(({ name, type }) => ({ name, type })),
  rows: entry.rows,
  statistics: entry.statistics,
  ...(entry.failure === undefined ? {} : { failure: entry.failure }),
});

/** People see their own queries; admins see all. */
export const maySee = (actor: Actor, entry: QueryEntry): boolean =>
  actor.roles.includes('admin') || (actor.type === entry.actor.type && actor.id === entry.actor.id);
