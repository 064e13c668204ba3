import { useCancelRun } from '../api/backup.ts';
import { useMay } from '../api/session.ts';
import type { BackupRun } from '../api/types.ts';
import { formatBytes, formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice, Words } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';

const NAMES = { snapshot: 'Snapshot', restore: 'Restore', proof: 'Restore drill' } as const;

/** The parts of a long work as people call them; what is not known here is shown as the server says it. */
export const PHASES: Readonly<Record<string, string>> = {
  reading: 'reading the source',
  finishing: 'writing the manifest',
  files: 'writing the files',
  wal: 'fetching the WAL',
  recovery: 'replaying the WAL',
  checks: 'checking what came back',
};

function Bar({ run }: { readonly run: BackupRun }) {
  const { progress } = run;
  const total = progress?.totalBytes;
  const share =
    progress === undefined || total === undefined || total === 0 ? undefined : Math.min(1, progress.doneBytes / total);
  return (
    <>
      <div
        role="progressbar"
        aria-label={NAMES[run.type]}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share === undefined ? {} : { 'aria-valuenow': Math.round(share * 100) })}
        className={share === undefined ? 'sliding-bar h-2 overflow-hidden bg-line' : 'h-2 bg-line'}
      >
        {share !== undefined && <div className="h-full bg-accent" style={{ width: `${share * 100}%` }} />}
      </div>
      <p className="mt-1.5 flex flex-wrap justify-between gap-x-4 text-sm text-ink-2">
        <span>
          {progress === undefined ? 'beginning' : (PHASES[progress.phase] ?? progress.phase)}
          {progress !== undefined && `, ${formatBytes(progress.doneBytes)}`}
          {total !== undefined && ` of ${formatBytes(total)}`}
        </span>
        {progress !== undefined && progress.bytesPerSecond > 0 && (
          <span>
            {formatBytes(progress.bytesPerSecond)}/s
            {progress.leftMs !== undefined && `, ${formatDuration(Math.max(1000, progress.leftMs))} left`}
          </span>
        )}
      </p>
    </>
  );
}

/** What is being done: how far, how fast, how long it still takes, and how to stop it. */
export function RunningRun({ run }: { readonly run: BackupRun }) {
  const cancel = useCancelRun();
  const mayCancel = useMay(run.type === 'restore' ? 'restoreBackup' : 'runBackup');
  return (
    <div className="border border-line-2 bg-sheet px-4 py-3">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p>
          <strong className="font-semibold">{NAMES[run.type]}</strong>{' '}
          <span className="text-sm text-ink-2">
            begun <Ago at={run.begunMs} />
          </span>
        </p>
        {mayCancel && (
          <Button
            small
            disabled={cancel.isPending}
            aria-label={`Cancel the ${NAMES[run.type].toLowerCase()}`}
            onClick={() => cancel.mutate(run.id)}
          >
            {cancel.isPending ? 'Cancelling…' : 'Cancel'}
          </Button>
        )}
      </div>
      <Bar run={run} />
      {cancel.isError && <FailureNotice error={cancel.error} />}
    </div>
  );
}

/** How a restore ended that was begun on this page. */
export function EndedRun({ run, onClose }: { readonly run: BackupRun; readonly onClose: () => void }) {
  const close = (
    <Button small onClick={onClose}>
      Close
    </Button>
  );
  if (run.state === 'done')
    return (
      <Notice tone="plain" role="status" title={`${NAMES[run.type]} done.`} action={close}>
        {run.summary}
      </Notice>
    );
  const title = run.state === 'cancelled' ? `${NAMES[run.type]} cancelled.` : (run.failure?.message ?? 'It failed.');
  return (
    <Notice tone={run.state === 'failed' ? 'broken' : 'warn'} role="status" title={title} action={close}>
      {run.failure === undefined ? (
        'The folder keeps what was written; the same restore into it goes on from there.'
      ) : (
        <>
          <Words text={run.failure.hint} /> <code className="text-xs">{run.failure.code}</code>
        </>
      )}
    </Notice>
  );
}

const STATES = {
  running: { mark: 'unproven', word: 'running' },
  done: { mark: 'proven', word: 'done' },
  failed: { mark: 'broken', word: 'failed' },
  cancelled: { mark: 'unproven', word: 'cancelled' },
} as const;

const ENDED_SHOWN = 6;

/** What ended lately, newest first. */
export function EndedRuns({ runs }: { readonly runs: readonly BackupRun[] }) {
  const ended = runs.filter(({ state }) => state !== 'running').slice(0, ENDED_SHOWN);
  if (ended.length === 0) return null;
  return (
    <Section title="Latest work">
      <ul className="-mt-3 text-sm">
        {ended.map((run) => (
          <li key={run.id} className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1.5">
            <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
              <Mark state={STATES[run.state].mark} className="size-3.5" />
              {NAMES[run.type]} {STATES[run.state].word}
            </span>
            <span className="text-ink-3">
              <Ago at={run.endedMs ?? run.begunMs} />
              {run.endedMs !== undefined && `, took ${formatDuration(Math.max(1, run.endedMs - run.begunMs))}`}
            </span>
            <span className="min-w-0 break-words text-ink-2">
              {run.summary ?? run.failure?.message}
              {run.failure !== undefined && ` (${run.failure.hint})`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
