import type { PromiseStatus } from '../api/types.ts';
import { cx } from '../base/class-names.ts';

export type MarkState = PromiseStatus['state'] | 'running';

/** A state is a shape before it is a colour: disc with a tick, ring of dashes, diamond with a cross. */
const SHAPES: Record<PromiseStatus['state'], React.ReactNode> = {
  proven: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.6 8.3 7 10.6l4.4-4.9" fill="none" stroke="var(--sheet)" strokeWidth="1.8" />
    </>
  ),
  unproven: (
    <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.6 2.27" />
  ),
  broken: (
    <>
      <path d="M8 .4 15.6 8 8 15.6.4 8Z" fill="currentColor" />
      <path d="m5.5 5.5 5 5m0-5-5 5" fill="none" stroke="var(--sheet)" strokeWidth="1.8" />
    </>
  ),
};

const COLOURS: Record<PromiseStatus['state'], string> = {
  proven: 'text-proven',
  unproven: 'text-unknown',
  broken: 'text-broken',
};

export function Mark({ state, className }: { readonly state: PromiseStatus['state']; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={cx('size-4 shrink-0 self-center', COLOURS[state], className)}
    >
      {SHAPES[state]}
    </svg>
  );
}

/** Shape, word and colour together. */
export function StateWord({ state }: { readonly state: PromiseStatus['state'] }) {
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 font-semibold', COLOURS[state])}>
      <Mark state={state} />
      {state}
    </span>
  );
}

/** A probe's own states, drawn with the same three shapes. */
export const PROBE_MARKS = {
  passed: 'proven',
  failed: 'broken',
  stale: 'unproven',
  'never-run': 'unproven',
} as const;
