import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { Failure } from '../../base/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';

/** Throws `backup.source-invalid` for a schedule or a zone that cannot be read. */
export function checkSchedule(snapshotCron: string, timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (error) {
    const expected = 'name a zone of the IANA database, such as Europe/Vienna or UTC';
    throw new Failure(
      BACKUP_FAILURES.sourceInvalid,
      { field: 'timeZone', value: timeZone, expected },
      { cause: error },
    );
  }
  try {
    if (new Cron(snapshotCron, { timezone: timeZone, paused: true }).nextRun() !== null) return;
  } catch (error) {
    const expected = 'write five fields as cron does, such as 15 2 * * *';
    const details = { field: 'snapshotCron', value: snapshotCron, expected };
    throw new Failure(BACKUP_FAILURES.sourceInvalid, details, { cause: error });
  }
  const expected = 'write a schedule that comes again';
  throw new Failure(BACKUP_FAILURES.sourceInvalid, { field: 'snapshotCron', value: snapshotCron, expected });
}

/**
 * When the next snapshot of a source is due. A time that passed since the newest snapshot is due now: what was missed
 * while Holdfast was down is caught up. The jitter is the source's own and the same every day.
 */
export function nextSnapshotMs(
  source: { readonly name: string; readonly snapshotCron: string; readonly timeZone: string },
  newestBegunMs: number | undefined,
  nowMs: number,
): number {
  if (newestBegunMs === undefined) return nowMs + BACKUP_SERVICE_LIMITS.firstSnapshotDelayMs;
  const cron = new Cron(source.snapshotCron, { timezone: source.timeZone, paused: true });
  const due = cron.nextRun(new Date(newestBegunMs))?.getTime() ?? nowMs;
  return Math.max(due + jitterOf(source.name), nowMs);
}

function jitterOf(name: string): number {
  const share = createHash('sha256').update(name).digest().readUInt32BE(0) / 0x1_0000_0000;
  return Math.floor(share * BACKUP_SERVICE_LIMITS.snapshotJitterMs);
}
