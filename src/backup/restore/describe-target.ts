import { formatLsn } from '../protocol/lsn.ts';
import type { RestorableRange, RestoreTarget } from '../types.ts';
import { BACKUP_RESTORE_LIMITS } from './limits.ts';

/** A time as people and PostgreSQL read it, to the microsecond where it has them, always with its zone. */
export function formatTime(timeMs: number): string {
  const micros = BigInt(Math.round(timeMs * 1000));
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(rest).padStart(6, '0')}+00`;
}

const shortTime = (timeMs: number): string => `${formatTime(timeMs).slice(0, 23)} UTC`;

/** The words for a target in failures, notes and reports. */
export function describeTarget(target: RestoreTarget): string {
  if (target.type === 'latest') return 'the latest state';
  if (target.type === 'time') return `${target.inclusive ? '' : 'just before '}${shortTime(target.timeMs)}`;
  if (target.type === 'lsn') return `${target.inclusive ? '' : 'just before '}WAL position ${formatLsn(target.lsn)}`;
  if (target.type === 'name') return `the named point ${target.name}`;
  return `the snapshot ${target.id}`;
}

export function describeRanges(ranges: readonly RestorableRange[]): string {
  if (ranges.length === 0) return 'the snapshots themselves only, for no WAL follows them';
  const texts = ranges
    .slice(0, BACKUP_RESTORE_LIMITS.namesShown)
    .map(({ fromMs, toMs, timeline }) => `${shortTime(fromMs)} to ${shortTime(toMs)} (timeline ${timeline})`);
  return `${texts.join(', ')}; and each snapshot itself`;
}

export const describeTime = shortTime;
