import type { Finding } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { Mark } from '../parts/mark.tsx';
import { Words } from '../parts/notice.tsx';
import { HalfDisc } from '../vault/zone-state.tsx';

const LOOKS = {
  error: { word: 'fails', edge: 'border-l-broken bg-broken-soft', colour: 'text-broken' },
  warning: { word: 'warns', edge: 'border-l-warn bg-warn-soft', colour: 'text-warn' },
  ok: { word: 'well', edge: 'border-l-line-2 bg-sunk', colour: 'text-proven' },
} as const;

export function LevelMark({ level, className }: { readonly level: Finding['level']; readonly className?: string }) {
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap', LOOKS[level].colour)}>
      {level === 'warning' ? (
        <HalfDisc />
      ) : (
        <Mark state={level === 'ok' ? 'proven' : 'broken'} {...(className === undefined ? {} : { className })} />
      )}
      {LOOKS[level].word}
    </span>
  );
}

/** What is wrong and what mends it, one strip each. */
export function Problems({
  problems,
  of,
}: {
  readonly problems: readonly Finding[];
  /** Whose problem it is, where the page shows several databases. */
  readonly of?: string;
}) {
  return problems.map((problem) => (
    <li key={problem.id} className={cx('border-l-4 px-3 py-2 text-sm', LOOKS[problem.level].edge)}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Mark state={problem.level === 'ok' ? 'proven' : 'broken'} />
        <strong className="font-semibold">
          {of === undefined ? '' : `${of}: `}
          {problem.title}
        </strong>
        <span className="min-w-0 break-words text-ink-2">{problem.detail}</span>
      </p>
      {problem.remedy !== undefined && (
        <p className="mt-0.5 pl-6 break-words text-ink-2">
          <Words text={problem.remedy} />
        </p>
      )}
    </li>
  ));
}
