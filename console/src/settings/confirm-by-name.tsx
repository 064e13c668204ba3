import { type ReactNode, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';

interface ConfirmProps {
  readonly title: string;
  /** The name that must be typed. */
  readonly name: string;
  readonly verb: string;
  /** The plan: what, how much, until when, and how to undo it. */
  readonly children: ReactNode;
  readonly busy: boolean;
  readonly ready?: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** A dangerous act: its plan first, then the name of the thing, then the act. */
export function ConfirmByName(props: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const { name, ready = true } = props;
  return (
    <Dialog open onOpenChange={props.onCancel} title={props.title}>
      {props.children}
      <form
        className="mt-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name && ready) props.onConfirm();
        }}
      >
        <TextField
          label="Type its name to confirm"
          hint={<span className="font-mono">{name}</span>}
          mono
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {props.error !== null && props.error !== undefined && <FailureNotice error={props.error} />}
        <DialogActions>
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button tone="danger" type="submit" disabled={typed !== name || props.busy || !ready}>
            {props.verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
