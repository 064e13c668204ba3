import { formatBytes, formatDuration } from '../base/format.ts';

interface ProgressBarProps {
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly elapsedMs: number;
}

/** How far an upload is, how fast, and how long it still takes. */
export function ProgressBar({ sentBytes, totalBytes, elapsedMs }: ProgressBarProps) {
  const share = totalBytes === 0 ? 1 : Math.min(1, sentBytes / totalBytes);
  const perSecond = (sentBytes / Math.max(elapsedMs, 1)) * 1000;
  const leftMs = perSecond === 0 ? undefined : ((totalBytes - sentBytes) / perSecond) * 1000;
  const sent = share >= 1;
  return (
    <div>
      <div
        role="progressbar"
        aria-label="Upload"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        className={sent ? 'sliding-bar h-2 overflow-hidden bg-line' : 'h-2 bg-line'}
      >
        {!sent && <div className="h-full bg-accent" style={{ width: `${share * 100}%` }} />}
      </div>
      <p className="mt-1.5 flex flex-wrap justify-between gap-x-4 text-sm text-ink-2">
        <span>
          {sent
            ? 'All bytes are sent; the zones are storing them.'
            : `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`}
        </span>
        {!sent && sentBytes > 0 && (
          <span>
            {formatBytes(perSecond)}/s
            {leftMs !== undefined && `, ${formatDuration(Math.max(1000, leftMs))} left`}
          </span>
        )}
      </p>
    </div>
  );
}
