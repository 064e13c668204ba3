import type { Counters } from '../counters.ts';
import type { CollectedUnit, PointList } from '../point-list.ts';
import type { SqlRow, SqlSession } from './sql-session.ts';

export interface ServerFacts {
  /** As server_version_num: 150008. */
  readonly version: number;
  readonly isStandby: boolean;
  /** What all counters of the server count from. */
  readonly startedMs: number;
  readonly maxConnections: number;
  readonly autovacuumWorkersMax: number;
  /** Whether the role sees what others do: pg_read_all_stats, which pg_monitor brings. */
  readonly seesOthers: boolean;
  readonly dataFolder: string | undefined;
  readonly port: number;
}

/** One look at a server: where questions are asked and where the answers go. */
export interface Round {
  readonly session: SqlSession;
  readonly server: ServerFacts;
  readonly list: PointList;
  readonly counters: Counters;
  /** Of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

/** A question that stands by itself: when it cannot be asked, the others still are. */
export interface Question {
  /** For people: what is not seen when it fails. */
  readonly about: string;
  readonly isSlow: boolean;
  readonly fits: (server: ServerFacts) => boolean;
  readonly ask: (round: Round) => Promise<void>;
}

export const always = (): boolean => true;

export interface CounterColumn {
  readonly column: string;
  readonly name: string;
  /** Told as it rose, or by the second. */
  readonly form: 'rise' | 'rate';
  readonly unit: CollectedUnit;
  /** The counter's unit times this is the unit told. */
  readonly factor?: number;
}

/** Adds what the counters of a row rose by. `subject` tells rows of one kind apart. */
export function addRises(
  round: Round,
  row: SqlRow | undefined,
  given: {
    readonly subject: string;
    readonly epoch: string;
    readonly columns: readonly CounterColumn[];
    readonly dimensions?: Readonly<Record<string, string>>;
  },
): void {
  if (row === undefined) return;
  const atMs = round.monotonicMs();
  for (const { column, name, form, unit, factor = 1 } of given.columns) {
    const value = Number(row[column] ?? Number.NaN);
    if (!Number.isFinite(value)) continue;
    const epoch = `${round.server.startedMs}/${given.epoch}`;
    const rise = round.counters.rise({ key: `${given.subject}/${column}`, value, epoch, atMs });
    if (rise === undefined) continue;
    const told = (form === 'rate' ? rise.by / rise.seconds : rise.by) * factor;
    round.list.add({
      name,
      unit,
      value: told,
      ...(given.dimensions === undefined ? {} : { dimensions: given.dimensions }),
    });
  }
}
