import { cx } from '../base/class-names.ts';

/** A stem, three roots, the rock: the part of the kelp that does not let go. */
export function BrandMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={cx('text-accent', className)}>
      <path
        d="M12 2v9M12 11c0 5-6 3-7 9M12 11c0 5 6 3 7 9M12 11v9"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <rect x="2" y="20" width="20" height="2.4" fill="currentColor" />
    </svg>
  );
}

export function Brand() {
  return (
    <span className="flex items-center gap-2 text-[16px] font-semibold tracking-[-0.01em]">
      <BrandMark className="size-[22px]" />
      Holdfast
    </span>
  );
}
