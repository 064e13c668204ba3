import { type ReactNode, useEffect } from 'react';
import { Scrollable } from './scrollable.tsx';

/** Names the document after the page, so that tabs and history can be told apart. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
}

interface SectionProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** One part of a settings page: a title that says what it answers, a sentence, the thing. */
export function Section({ title, lead, action, children }: SectionProps) {
  return (
    <section className="mb-9">
      <div className="mb-3 flex flex-wrap items-end justify-between gap-x-6 gap-y-2 border-b-2 border-ink pb-2">
        <div>
          <h2 className="text-lg leading-tight">{title}</h2>
          {lead !== undefined && <p className="mt-1 max-w-[68ch] text-sm text-ink-2">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

/** What stands where a list would be: says what belongs here and how to begin. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="border border-dashed border-line-2 px-5 py-6 text-sm">
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-[68ch] text-ink-2">{children}</div>}
    </div>
  );
}

/** A table that may be wider than a phone: it scrolls by itself, and by the keyboard. */
export function TableFrame({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Scrollable label={label} className="overflow-x-auto">
      {children}
    </Scrollable>
  );
}

export function Tag({
  children,
  tone = 'plain',
}: {
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'warn' | 'accent';
}) {
  const tones = {
    plain: 'bg-sunk text-ink-2 border-line',
    warn: 'bg-warn-soft text-warn border-transparent',
    accent: 'bg-accent-soft text-accent border-transparent',
  };
  return (
    <span className={`inline-block rounded-sm border px-1.5 py-px text-xs whitespace-nowrap ${tones[tone]}`}>
      {children}
    </span>
  );
}
