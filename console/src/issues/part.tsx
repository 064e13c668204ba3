import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { cx } from '../base/class-names.ts';

interface PartProps {
  readonly title: string;
  /** What a closed part still tells. */
  readonly summary?: ReactNode;
  readonly action?: ReactNode;
  readonly isClosed?: boolean;
  readonly children: ReactNode;
}

/** One part of an event: its title opens and closes it. */
export function Part({ title, summary, action, isClosed = false, children }: PartProps) {
  const [isOpen, setOpen] = useState(!isClosed);
  const id = useId();
  return (
    <section aria-label={title} className="border-t border-line-2 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
        <h2 className="min-w-0">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            className="flex min-h-[28px] items-center gap-1 text-md font-semibold hover:text-accent"
            onClick={() => setOpen(!isOpen)}
          >
            <ChevronRight size={15} className={cx('-ml-1 shrink-0 text-ink-3', isOpen && 'rotate-90')} />
            {title}
            {summary !== undefined && <span className="ml-1.5 text-sm font-normal text-ink-3">{summary}</span>}
          </button>
        </h2>
        {isOpen && action}
      </div>
      <div id={id} hidden={!isOpen} className="pt-2">
        {isOpen && children}
      </div>
    </section>
  );
}

/** A switch of two or three words. */
export function Choice<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <fieldset className="inline-flex border border-edge text-xs">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          className={cx(
            'h-[24px] px-2 not-first:border-l not-first:border-line-2',
            choice.value === value ? 'bg-accent-soft font-semibold text-accent' : 'text-ink-2 hover:bg-sunk',
          )}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
