import type { DatabaseStatus } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount, formatDuration } from '../base/format.ts';
import { behindMs } from './restorable.ts';

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
      {behind === undefined ? '–' : formatDuration(behind)}
    </span>
  );
}
