import { Failure, isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { Zone, ZoneSet } from './zone-set.ts';

/** One step of writing an item, done in every zone that takes part. */
export interface SpreadStep {
  readonly bytes: number;
  readonly run: (zone: Zone, signal: AbortSignal) => Promise<unknown>;
}

interface Lane {
  readonly zone: Zone;
  readonly stop: AbortController;
  tail: Promise<unknown>;
  problem: unknown;
}

/**
 * Writes the objects of one item to all zones, each zone at its own pace and in order, so that a zone never holds a
 * record before the chunks it names. A zone that fails a step leaves the item; one that lags too far behind too, unless
 * the quorum needs it.
 */
export interface Spread {
  /** Resolves, with their names, when a quorum of zones has done this step and all before it; throws `vault.quorum-lost` when none can. */
  readonly step: (step: SpreadStep) => Promise<readonly string[]>;
  readonly stop: (reason: unknown) => void;
  /** Settles when no zone works on the item any more; names the zones that left it, and tells of each that has it all. */
  readonly settled: (onWritten: (zone: Zone) => void) => Promise<readonly Zone[]>;
}

export function createSpread(zones: ZoneSet, action: string): Spread {
  const lanes: readonly Lane[] = zones.all.map((zone) => ({
    zone,
    stop: new AbortController(),
    tail: Promise.resolve(),
    problem: undefined,
  }));
  const alive = (): readonly Lane[] => lanes.filter((lane) => lane.problem === undefined);
  return {
    step: (step) => {
      leaveLaggards(alive(), zones.quorum);
      const results = alive().map((lane) => runInLane(lane, step));
      return quorumOf({ results, zones, action, problemOf: () => firstProblem(lanes) });
    },
    stop: (reason) => {
      for (const lane of lanes) lane.stop.abort(reason);
    },
    settled: async (onWritten) => {
      const finish = async (lane: Lane): Promise<void> => {
        await lane.tail;
        if (lane.problem === undefined) onWritten(lane.zone);
      };
      await Promise.allSettled(lanes.map(finish));
      return lanes.filter((lane) => lane.problem !== undefined).map((lane) => lane.zone);
    },
  };
}

/**
 * A zone whose queue is so much longer than those of a quorum holds up memory, not the item: it leaves. Compared with
 * the others, because under load all queues are long.
 */
function leaveLaggards(lanes: readonly Lane[], quorum: number): void {
  const queues = lanes.map((lane) => lane.zone.queuedBytes()).sort((a, b) => a - b);
  const quorumQueue = queues[quorum - 1] ?? 0;
  for (const lane of lanes) {
    if (lane.zone.queuedBytes() - quorumQueue <= VAULT_LIMITS.zoneLagBytesMax) continue;
    lane.problem = new Failure(VAULT_FAILURES.zoneAway, { zone: lane.zone.name, reason: 'it lags behind' });
    lane.stop.abort(lane.problem);
  }
}

const firstProblem = (lanes: readonly Lane[]): unknown => lanes.find((lane) => lane.problem !== undefined)?.problem;

function runInLane(lane: Lane, step: SpreadStep): Promise<string> {
  lane.zone.noteQueued(step.bytes);
  const mine = lane.tail.then(async () => {
    try {
      if (lane.problem !== undefined) throw lane.problem;
      await step.run(lane.zone, lane.stop.signal);
      return lane.zone.name;
    } catch (error) {
      lane.problem ??= error;
      throw error;
    } finally {
      lane.zone.noteQueued(-step.bytes);
    }
  });
  lane.tail = mine.catch(() => undefined);
  return mine;
}

/** Resolves with the first zones that make a quorum; rejects as soon as no quorum can be reached. */
export function quorumOf(input: {
  readonly results: readonly Promise<string>[];
  readonly zones: ZoneSet;
  readonly action: string;
  readonly problemOf?: () => unknown;
}): Promise<readonly string[]> {
  const { results, zones, action } = input;
  return new Promise((resolve, reject) => {
    const succeeded: string[] = [];
    const problems: unknown[] = [];
    const judge = (): void => {
      if (succeeded.length >= zones.quorum) resolve([...succeeded]);
      else if (results.length - problems.length < zones.quorum) {
        const problem = problems[0] ?? input.problemOf?.();
        reject(lostQuorum({ problem, done: succeeded.length, zones, action }));
      }
    };
    for (const result of results) {
      result.then(
        (name) => {
          succeeded.push(name);
          judge();
        },
        (error: unknown) => {
          problems.push(error);
          judge();
        },
      );
    }
    judge();
  });
}

function lostQuorum(input: {
  readonly problem: unknown;
  readonly done: number;
  readonly zones: ZoneSet;
  readonly action: string;
}): unknown {
  const { problem, done, zones, action } = input;
  // A full disk everywhere, or a caller who went away, is told as such: bringing zones back would not help.
  if (isFailure(problem, VAULT_FAILURES.diskFull)) return problem;
  if (problem instanceof Error && problem.name === 'AbortError') return problem;
  const reason = problem instanceof Error ? problem.message : 'no zone took part';
  const details = { done, zones: zones.all.length, quorum: zones.quorum, action, reason };
  return new Failure(VAULT_FAILURES.quorumLost, details, { cause: problem });
}
