import { cx } from '../base/class-names.ts';

/** A grey bar of the size of what will stand there; invisible for the first 300 ms. */
export function Bone({ className }: { readonly className?: string }) {
  return <span aria-hidden="true" className={cx('bone appear-late block h-3', className)} />;
}

const WIDTHS = ['w-3/5', 'w-4/5', 'w-2/3', 'w-1/2', 'w-3/4'];

/** Rows in the final layout. */
export function BoneRows({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <div role="status" aria-label={`Loading ${label}`} className="space-y-px">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex h-9 items-center border-b border-line px-2">
          <Bone className={WIDTHS[row % WIDTHS.length] ?? 'w-1/2'} />
        </div>
      ))}
    </div>
  );
}
