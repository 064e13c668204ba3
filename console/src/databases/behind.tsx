import type { DatabaseStatus } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatDuration } from '../base/format.ts';
import { behindMs } from './restorable.ts';

const MINUTE_MS = 60_000;

/** `0.8 s`, `26 min`: one unit, so that it can stand large and be read from afar. */
export const shortBehind = (ms: number): string =>
  ms < MINUTE_MS ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms).split(' ').slice(0, 2).join(' ');

/** True when more would be lost now than is promised. */
export const isTooFar = (status: DatabaseStatus, atMs: number): boolean =>
  (behindMs(status, atMs) ?? 0) > status.source.recoveryPointObjectiveMs;

/** How far before now the newest restorable moment lies: what would be lost if the source were gone this second. */
export function Behind({
  status,
  atMs,
  className,
}: {
  readonly status: DatabaseStatus;
  readonly atMs: number;
  readonly className: string;
}) {
  const behind = behindMs(status, atMs);
  return (
    <span
      className={cx('font-semibold whitespace-nowrap', isTooFar(status, atMs) && 'text-broken', className)}
      title={behind === undefined ? 'Nothing is restorable to the second yet' : `${formatCount(Math.round(behind))} ms`}
    >
      {behind === undefined ? '–' : shortBehind(behind)}
    </span>
  );
}
