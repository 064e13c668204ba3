import type { BackupRunBody } from '../../api/backup-contract.ts';
import { Failure, formatBytes, formatDuration } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import type { RunContext } from '../run-context.ts';

const POLL_MS = 500;

/** Waits for a run, with its progress on standard error of a terminal. Fails when the run fails. */
export async function followRun(
  context: RunContext,
  begun: BackupRunBody,
  options: { readonly json?: boolean; readonly detach?: boolean },
): Promise<void> {
  let run = begun;
  let said = '';
  while (run.state === 'running' && options.detach !== true) {
    const line = progressLine(run);
    if (context.printer.isTerminal && line !== said) context.printer.err(line);
    said = line;
    await context.clock.sleep(POLL_MS);
    run = await context.client().get<BackupRunBody>(`/backup/runs/${encodeURIComponent(run.id)}`);
  }
  if (options.json === true) context.printer.out(JSON.stringify(run, null, 2));
  else if (run.state === 'done') context.printer.out(run.summary ?? `${run.type} of ${run.source}: done`);
  else if (run.state === 'running') context.printer.out(`${run.type} of ${run.source} runs as ${run.id}`);
  if (run.state !== 'failed' && run.state !== 'cancelled') return;
  const { message = 'it was cancelled', hint = 'begin it again' } = run.failure ?? {};
  throw new Failure(CLI_FAILURES.runFailed, { type: run.type, source: run.source, reason: message, hint });
}

function progressLine(run: BackupRunBody): string {
  const { progress } = run;
  if (progress === undefined) return `${run.type} of ${run.source} …`;
  const { phase, doneBytes, totalBytes, bytesPerSecond, leftMs } = progress;
  const total = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`;
  const left = leftMs === undefined ? '' : `, ${formatDuration(leftMs)} left`;
  return `${phase}: ${formatBytes(doneBytes)}${total} at ${formatBytes(bytesPerSecond)}/s${left}`;
}
