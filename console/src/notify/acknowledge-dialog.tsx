import { useState } from 'react';
import { useAcknowledge } from '../api/notify.ts';
import type { Alert } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';

/** Says to everybody that somebody looks at it. */
export function AcknowledgeDialog({ alert, onClose }: { readonly alert: Alert; readonly onClose: () => void }) {
  const acknowledge = useAcknowledge();
  const [note, setNote] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Acknowledge “${alert.title}”`}
      description="Nobody is told again of it and nothing escalates until it is resolved. When it fires anew after that, it is told anew."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          acknowledge.mutate({ key: alert.key, note: note.trim() }, { onSuccess: onClose });
        }}
      >
        <TextField
          label="Note for the others"
          hint="What you do about it; may be empty."
          maxLength={1000}
          autoComplete="off"
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        {acknowledge.isError && <FailureNotice error={acknowledge.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={acknowledge.isPending}>
            Acknowledge
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
