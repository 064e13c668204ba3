import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from '../base/class-names.ts';

type Tone = 'plain' | 'accent' | 'danger' | 'quiet';

const TONES: Record<Tone, string> = {
  plain: 'border-edge bg-sheet text-ink hover:border-ink-3 hover:bg-sunk',
  accent: 'border-accent bg-accent text-accent-ink hover:brightness-110',
  danger: 'border-broken-fill bg-broken-fill text-[var(--broken-fill-ink)] hover:brightness-110',
  quiet: 'border-transparent bg-transparent text-ink-2 hover:bg-sunk hover:text-ink',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: Tone;
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** The only button shape: thin border, square corners, the accent for the one main act of a page. */
export function Button({ tone = 'plain', small = false, className, type = 'button', ...rest }: ButtonProps) {
  const size = small ? 'h-[24px] px-2 text-xs' : 'h-[30px] px-3 text-sm';
  return (
    <button
      type={type}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none disabled:opacity-55',
        size,
        TONES[tone],
        className,
      )}
      {...rest}
    />
  );
}

interface IconButtonProps extends ButtonProps {
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, children, className, ...rest }: IconButtonProps) {
  return (
    <Button tone="quiet" aria-label={label} title={label} className={cx('w-[30px] px-0!', className)} {...rest}>
      {children}
    </Button>
  );
}
