import type { ReactNode } from 'react';

/** One thing that is known, under its name. */
export function Fact({
  label,
  children,
  title,
  wide = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly title?: string | undefined;
  readonly wide?: boolean;
}) {
  return (
    <div className={wide ? 'col-span-2' : undefined}>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="break-words" title={title}>
        {children}
      </dd>
    </div>
  );
}
