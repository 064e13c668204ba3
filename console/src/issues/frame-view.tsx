import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Frame } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { Tag } from '../parts/page.tsx';
import { Scrollable } from '../parts/scrollable.tsx';
import { Masked } from './masked.tsx';
import { hasDetails, type PlacedFrame, placeOf } from './stack.ts';
import { Pairs } from './value-view.tsx';

/** The lines round the one where it happened, with their numbers. */
function SourceContext({ frame }: { readonly frame: Frame }) {
  const { contextLine, preContext, postContext, lineno } = frame;
  if (contextLine === undefined) return null;
  const first = (lineno ?? preContext.length + 1) - preContext.length;
  const lines = [...preContext, contextLine, ...postContext];
  return (
    <Scrollable label={`Source of ${placeOf(frame)}`} className="overflow-x-auto bg-sunk py-1">
      <ol className="min-w-max font-mono text-xs leading-[1.65]">
        {lines.map((line, index) => {
          const isHere = index === preContext.length;
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: a line of source is its place.
              key={index}
              aria-current={isHere || undefined}
              className={cx('flex', isHere && 'bg-broken-soft font-semibold')}
            >
              <span
                className={cx(
                  'w-14 shrink-0 pr-3 text-right select-none',
                  isHere ? 'border-l-4 border-broken text-broken' : 'border-l-4 border-transparent text-ink-3',
                )}
              >
                {lineno === undefined ? '' : first + index}
              </span>
              <code className="pr-4 text-[1em]! whitespace-pre">
                <Masked text={line === '' ? ' ' : line} />
              </code>
            </li>
          );
        })}
      </ol>
    </Scrollable>
  );
}

function FrameHead({ placed }: { readonly placed: PlacedFrame }) {
  const { frame, isInApp } = placed;
  const at = [frame.lineno, frame.colno].filter((part) => part !== undefined).join(':');
  return (
    <span className="min-w-0 flex-1 text-xs leading-relaxed break-words">
      <span className={cx('font-mono', isInApp ? 'font-semibold text-ink' : 'text-ink-2')} title={frame.absPath}>
        <Masked text={placeOf(frame)} />
      </span>
      {frame.function !== '' && (
        <>
          <span className="text-ink-3"> in </span>
          <span className="font-mono">
            <Masked text={frame.function} />
          </span>
        </>
      )}
      {at !== '' && (
        <>
          <span className="text-ink-3"> at </span>
          <span className="font-mono">{at}</span>
        </>
      )}
      {frame.filename === '' && frame.instructionAddr !== undefined && (
        <span className="font-mono text-ink-3"> {frame.instructionAddr}</span>
      )}
    </span>
  );
}

/** One call of a stack trace; opens to its source and locals. */
export function FrameView({
  placed,
  isOpenAtFirst,
}: {
  readonly placed: PlacedFrame;
  readonly isOpenAtFirst: boolean;
}) {
  const { frame, isInApp } = placed;
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const canOpen = hasDetails(frame);
  const vars = Object.entries(frame.vars ?? {});
  const row = cx('flex w-full items-baseline gap-1.5 px-2 py-1.5 text-left', isInApp ? 'bg-sheet' : 'bg-transparent');
  const head = (
    <>
      <FrameHead placed={placed} />
      {frame.sourceMap !== undefined && <Tag>mapped</Tag>}
      {isInApp && <Tag tone="accent">in app</Tag>}
    </>
  );
  return (
    <li className="border-b border-line last:border-b-0">
      {canOpen ? (
        <button
          type="button"
          aria-expanded={isOpen}
          className={cx(row, 'hover:bg-sunk')}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight size={13} className={cx('shrink-0 self-center text-ink-3', isOpen && 'rotate-90')} />
          {head}
        </button>
      ) : (
        <div className={row}>
          <span className="w-[13px] shrink-0" />
          {head}
        </div>
      )}
      {isOpen && canOpen && (
        <div className="border-t border-line">
          <SourceContext frame={frame} />
          {vars.length > 0 && (
            <div className="px-3 py-2">
              <h4 className="mb-1 text-xs text-ink-3">Locals</h4>
              <Pairs label={`Locals of ${frame.function}`} pairs={vars} />
            </div>
          )}
          {frame.sourceMap !== undefined && (
            <p className="px-3 py-1 font-mono text-2xs break-all text-ink-3">by {frame.sourceMap}</p>
          )}
        </div>
      )}
    </li>
  );
}
