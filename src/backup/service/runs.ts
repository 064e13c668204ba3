import { type Clock, Failure, isFailure, type Log, newId } from '../../base/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import type { Progress } from '../types.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';
import type { BackupRun } from './types.ts';

/** What a run works with: where to say how far it is, and when to stop. */
export interface RunWork {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** The long works of this process: one of a type per source at a time, remembered for a while after they end. */
export interface Runs {
  /** Returns as soon as it is begun. Throws `backup.run-busy`. */
  readonly begin: (
    what: Pick<BackupRun, 'source' | 'type'>,
    work: (given: RunWork) => Promise<{ readonly summary: string; readonly result?: string }>,
  ) => { readonly run: BackupRun; readonly ended: Promise<BackupRun> };
  readonly of: (source: string) => readonly BackupRun[];
  /** Throws `backup.run-unknown`. */
  readonly get: (id: string) => BackupRun;
  readonly cancel: (id: string) => void;
  readonly isRunning: (source: string, type: BackupRun['type']) => boolean;
  /** Cancels what runs and waits for it. */
  readonly close: () => Promise<void>;
}

interface Entry {
  run: BackupRun;
  readonly stopping: AbortController;
  ended: Promise<BackupRun>;
}

const isCancelled = (signal: AbortSignal, error: unknown): boolean =>
  signal.aborted && (error === signal.reason || !isFailure(error));

function failureOf(error: unknown): NonNullable<BackupRun['failure']> {
  if (isFailure(error)) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'bug', message, hint: 'see the log; this is a mistake of Holdfast' };
}

export function createRuns({ clock, log }: { readonly clock: Clock; readonly log: Log }): Runs {
  const entries = new Map<string, Entry>();
  const get = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry === undefined) throw new Failure(BACKUP_FAILURES.runUnknown, { run: id });
    return entry;
  };
  const forgetOldest = (): void => {
    for (const [id, { run }] of entries) {
      if (entries.size < BACKUP_SERVICE_LIMITS.runsRememberedMax) return;
      if (run.state !== 'running') entries.delete(id);
    }
  };
  const running = (source: string, type: BackupRun['type']): BackupRun | undefined =>
    [...entries.values()]
      .map(({ run }) => run)
      .find((run) => run.source === source && run.type === type && run.state === 'running');
  return {
    begin: ({ source, type }, work) => {
      const busy = running(source, type);
      if (busy !== undefined) throw new Failure(BACKUP_FAILURES.runBusy, { source, type, run: busy.id });
      forgetOldest();
      const stopping = new AbortController();
      const begun: BackupRun = { id: newId(clock.nowMs()), source, type, state: 'running', begunMs: clock.nowMs() };
      const entry: Entry = { run: begun, stopping, ended: Promise.resolve(begun) };
      entries.set(begun.id, entry);
      const end = (change: Partial<BackupRun>): BackupRun => {
        entry.run = { ...entry.run, ...change, endedMs: clock.nowMs() };
        return entry.run;
      };
      const onProgress = (progress: Progress): void => {
        if (entry.run.state === 'running') entry.run = { ...entry.run, progress };
      };
      entry.ended = work({ onProgress, signal: stopping.signal }).then(
        ({ summary, result }) => end({ state: 'done', summary, ...(result === undefined ? {} : { result }) }),
        (error: unknown) => {
          if (isCancelled(stopping.signal, error)) return end({ state: 'cancelled', summary: 'cancelled' });
          log.error({ err: error, source, type }, 'a run of backup failed');
          return end({ state: 'failed', failure: failureOf(error) });
        },
      );
      return { run: entry.run, ended: entry.ended };
    },
    of: (source) =>
      [...entries.values()]
        .map(({ run }) => run)
        .filter((run) => run.source === source)
        .reverse(),
    get: (id) => get(id).run,
    cancel: (id) => get(id).stopping.abort(new Error('cancelled')),
    isRunning: (source, type) => running(source, type) !== undefined,
    close: async () => {
      for (const { stopping } of entries.values()) stopping.abort(new Error('stopping'));
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}
