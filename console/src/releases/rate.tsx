import type { ReleaseHealth } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { formatCount } from '../base/format.ts';
import { rateText } from './rate-text.ts';

const WARN_BELOW = 0.995;
const BROKEN_BELOW = 0.98;

/** A crash-free rate: its figure, and a word where it is bad; grey where nothing was measured. */
export function Rate({
  rate,
  of,
  large = false,
}: {
  readonly rate: number | undefined;
  readonly of: number;
  readonly large?: boolean;
}) {
  if (rate === undefined) return <span className={cx('text-ink-3', large && 'text-[34px] leading-none')}>–</span>;
  const tone = rate < BROKEN_BELOW ? 'text-broken' : rate < WARN_BELOW ? 'text-warn' : '';
  return (
    <span
      className={cx(tone, large ? 'text-[34px] leading-none font-semibold tracking-[-0.02em]' : 'font-medium')}
      title={`${rate * 100} % of ${formatCount(of)}`}
    >
      {rateText(rate)}
      {tone !== '' && <span className="sr-only"> low</span>}
    </span>
  );
}

/** Which share of the sessions runs it. */
export function Adoption({ health }: { readonly health: ReleaseHealth }) {
  const { adoption } = health;
  if (adoption === undefined) return <span className="text-ink-3">–</span>;
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span aria-hidden="true" className="inline-block h-2 w-16 bg-sunk">
        <i
          className="block h-full bg-[var(--series-1)]"
          style={{ width: `${Math.max(adoption * 100, adoption > 0 ? 2 : 0)}%` }}
        />
      </span>
      {adoption > 0 && adoption < 0.01 ? '< 1 %' : `${Math.round(adoption * 100)} %`}
    </span>
  );
}
