import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../base/class-names.ts';
import { IconButton } from './button.tsx';

/** The first thing to fill in takes the focus; without one the sheet itself does, so that its title is read first. */
function focusFirst(event: Event): void {
  const sheet = event.currentTarget;
  if (!(sheet instanceof HTMLElement)) return;
  event.preventDefault();
  (sheet.querySelector<HTMLElement>('input, select, textarea') ?? sheet).focus();
}

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** For secrets shown once: only an explicit act closes it. */
  readonly sticky?: boolean;
}

function Heading({ title, sticky }: { readonly title: string; readonly sticky: boolean }) {
  return (
    <div className="flex items-start justify-between gap-4">
      <Radix.Title className="pt-0.5 text-lg leading-snug font-semibold">{title}</Radix.Title>
      {!sticky && (
        <Radix.Close asChild>
          <IconButton label="Close" className="-mt-1 -mr-2">
            <X size={16} />
          </IconButton>
        </Radix.Close>
      )}
    </div>
  );
}

export function Dialog(props: DialogProps) {
  const { sticky = false } = props;
  const keepOpen = (event: Event): void => {
    if (sticky) event.preventDefault();
  };
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          {...(props.description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={focusFirst}
          onEscapeKeyDown={keepOpen}
          onInteractOutside={keepOpen}
          className={cx(
            'floating fixed top-1/2 left-1/2 max-h-[calc(100dvh-32px)] w-[calc(100vw-24px)] -translate-x-1/2 -translate-y-1/2 overflow-auto p-5 focus:outline-none',
            props.wide === true ? 'max-w-[760px]' : 'max-w-[480px]',
          )}
        >
          <Heading title={props.title} sticky={sticky} />
          {props.description !== undefined && (
            <Radix.Description className="mt-1 text-sm text-ink-2">{props.description}</Radix.Description>
          )}
          <div className="mt-4">{props.children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A sheet from the right for one thing in depth; the page stays beside it. */
export function Drawer(props: Omit<DialogProps, 'wide' | 'sticky'>) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          {...(props.description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={focusFirst}
          className="floating fixed inset-y-0 right-0 w-full max-w-[720px] overflow-auto rounded-none! border-y-0! border-r-0! p-5 focus:outline-none sm:p-6"
        >
          <Heading title={props.title} sticky={false} />
          {props.description !== undefined && (
            <Radix.Description className="mt-1 max-w-prose text-md text-ink-2">{props.description}</Radix.Description>
          )}
          <div className="mt-5">{props.children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The row of buttons that ends a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
