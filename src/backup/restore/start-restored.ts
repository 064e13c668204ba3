import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/index.ts';
import { Failure } from '../../base/index.ts';
import type { PostgresRunner, Progress, RestorePlan, RunningPostgres, Snapshot } from '../types.ts';
import { describeTarget } from './describe-target.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { createProgressMeter } from './progress.ts';
import { type FolderOwner, type RestoreFolder, SIDE_FOLDER } from './restore-folder.ts';
import { endRecoverySettings } from './write-settings.ts';

/** `server_version_num`: the major version times 10000 since PostgreSQL 10. */
export const majorVersionOf = ({ serverVersion }: Pick<Snapshot, 'serverVersion'>): number =>
  Math.floor(serverVersion / 10_000);

/** What the server said about where recovery ended. */
export interface RecoveryOutcome {
  /** Of the last commit that was replayed; undefined when there was none. */
  readonly lastCommitMs?: number;
  /** The server's own sentence about the point where it stopped; undefined at the end of the WAL. */
  readonly stoppedAt?: string;
  readonly replayedSegments: number;
}

export interface StartWork {
  readonly plan: RestorePlan;
  readonly target: RestoreFolder;
  readonly owner: FolderOwner | undefined;
  readonly runner: PostgresRunner;
  readonly port: number;
  readonly listenAddresses?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly deps: { readonly clock: Clock };
  readonly tell: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Starts the restored cluster, waits until it opened at its target, and takes the settings of recovery away again. */
export async function startRestored(
  work: StartWork,
): Promise<{ readonly server: RunningPostgres; readonly recovery: RecoveryOutcome }> {
  const { plan, target, runner, port } = work;
  const { folder } = target;
  const totalBytes = plan.walBytes;
  const meter = createProgressMeter({ phase: 'recovery', totalBytes, clock: work.deps.clock, tell: work.tell });
  const reader = createLogReader(() => meter.add(plan.snapshot.walSegmentBytes));
  let server: RunningPostgres;
  try {
    server = await runner.start({
      majorVersion: majorVersionOf(plan.snapshot),
      dataFolder: folder,
      port,
      settings: { listen_addresses: work.listenAddresses ?? '127.0.0.1', ...work.settings },
      onLogLine: reader.read,
      signal: work.signal,
    });
  } catch (error) {
    if (work.signal.aborted) throw error;
    const reason = reader.fatal() ?? (error instanceof Error ? error.message : String(error));
    const details = { folder, target: describeTarget(plan.target), reason, lines: reader.last() };
    throw new Failure(BACKUP_RESTORE_FAILURES.recoveryFailed, details, { cause: error });
  }
  try {
    meter.finish();
    await endRecoverySettings(work.listenAddresses === undefined ? { folder, owner: work.owner } : { ...work, folder });
    // The server's own command has removed it; this is for one that could not.
    await rm(path.join(folder, SIDE_FOLDER, 'wal'), { recursive: true, force: true });
    return { server, recovery: reader.outcome() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const LINES_SHOWN = 8;

/** Reads from the log of a recovering server how far it is and where it ended. */
function createLogReader(onSegment: () => void): {
  readonly read: (line: string) => void;
  readonly outcome: () => RecoveryOutcome;
  readonly fatal: () => string | undefined;
  readonly last: () => string;
} {
  const lines: string[] = [];
  let lastCommitMs: number | undefined;
  let stoppedAt: string | undefined;
  let replayedSegments = 0;
  let fatal: string | undefined;
  const read = (line: string): void => {
    lines.push(line);
    if (lines.length > LINES_SHOWN) lines.shift();
    if (/restored log file "[0-9A-F]{24}"/.test(line)) {
      replayedSegments += 1;
      onSegment();
    }
    const time = /last completed transaction was at log time (\S+ \S+)/.exec(line)?.[1];
    if (time !== undefined) lastCommitMs = parseLogTime(time);
    const stop = /LOG: {2}(recovery stopping .*)$/.exec(line)?.[1];
    if (stop !== undefined) stoppedAt = stop;
    const failed = /(?:FATAL|PANIC): {2}(.*)$/.exec(line)?.[1];
    if (failed !== undefined && !/the database system is/.test(failed)) fatal ??= failed;
  };
  return {
    read,
    fatal: () => fatal,
    last: () => lines.join(' | '),
    outcome: () => ({
      replayedSegments,
      ...(lastCommitMs === undefined ? {} : { lastCommitMs }),
      ...(stoppedAt === undefined ? {} : { stoppedAt }),
    }),
  };
}

/** `2026-11-22 20:44:25.123456+00`, as the server writes times with log_timezone UTC, to the microsecond. */
export function parseLogTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-]\d\d)(?::?(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, day, time, fraction = '', hours = '+00', minutes = '00'] = match;
  const baseMs = Date.parse(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(baseMs) ? undefined : baseMs + Number(fraction.padEnd(6, '0')) / 1000;
}
