import { useId, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { useKnownValues } from './known-values.ts';

/** Resolved in a release: events of older ones do not reopen it, one of this or a later one does. */
export function ResolveInDialog({
  what,
  onResolve,
  onClose,
}: {
  readonly what: string;
  readonly onResolve: (release: string) => void;
  readonly onClose: () => void;
}) {
  const [release, setRelease] = useState('');
  const versions = useKnownValues('release');
  const listId = useId();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Resolve ${what} in a release`}
      description="Events of older releases do not reopen it. One of this or a later release is a regression."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (release.trim() !== '') onResolve(release.trim());
        }}
      >
        <TextField
          label="Release"
          hint="As SDKs and sentry-cli name it."
          mono
          list={listId}
          autoComplete="off"
          value={release}
          onChange={(event) => setRelease(event.target.value)}
        />
        <datalist id={listId}>
          {versions.map((version) => (
            <option key={version} value={version} />
          ))}
        </datalist>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={release.trim() === ''}>
            Resolve
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
