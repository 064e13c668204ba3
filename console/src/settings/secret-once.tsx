import type { ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';

interface SecretOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly label: string;
  readonly children?: ReactNode;
  readonly onDone: () => void;
}

/** Shows what is stored only as a hash: closed by a deliberate click, never by a stray one. */
export function SecretOnce({ title, secret, label, children, onDone }: SecretOnceProps) {
  return (
    <Dialog
      open
      onOpenChange={onDone}
      sticky
      wide
      title={title}
      description="It is shown only now. Holdfast keeps a hash of it and cannot show it again."
    >
      <p className="mb-1 text-sm font-medium">{label}</p>
      <Snippet text={secret} label={label} className="mb-4" />
      {children}
      <DialogActions>
        <Button tone="accent" onClick={onDone}>
          I have stored it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
