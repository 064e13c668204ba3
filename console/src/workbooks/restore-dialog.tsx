import { useState } from 'react';
import type { Commit, WorkbookVersion } from '../api/types.ts';
import { useRestore } from '../api/workbooks.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { CommittedMeanwhile, isMismatch } from './committed-meanwhile.tsx';

interface RestoreProps {
  readonly version: WorkbookVersion;
  /** Number of the newest version that the page shows. */
  readonly head: number;
  readonly onRestored: (commit: Commit) => void;
  readonly onReload: () => void;
  readonly onClose: () => void;
}

function Plan({ version, head }: Pick<RestoreProps, 'version' | 'head'>) {
  const between = head - version.number;
  return (
    <Notice tone="plain" title={`Version ${head + 1} is made, with the bytes of version ${version.number}.`}>
      <ul className="list-disc space-y-0.5 pl-4">
        <li>
          Version {version.number} is of <Moment at={version.committedMs} precision="minute" />, by {version.author}.
        </li>
        <li>
          Nothing is lost: {between === 1 ? `version ${head} stays` : `versions ${version.number + 1} to ${head} stay`}{' '}
          as {between === 1 ? 'it is' : 'they are'}, locked and readable.
        </li>
        <li>To undo it, restore version {head} in the same way.</li>
      </ul>
    </Notice>
  );
}

/** An old version becomes the newest: first what happens, then the act. */
export function RestoreDialog({ version, head, onRestored, onReload, onClose }: RestoreProps) {
  const restore = useRestore(version.workbook);
  const [message, setMessage] = useState(`restore of version ${version.number}`);
  const run = (): void =>
    restore.mutate(
      { version: String(version.number), message, expectedParent: String(head) },
      { onSuccess: onRestored },
    );
  const mismatch = isMismatch(restore.error);
  return (
    <Dialog open onOpenChange={onClose} title={`Restore version ${version.number}`} description={version.workbook}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <Plan version={version} head={head} />
        <div className="mt-4">
          <TextField
            label="Message"
            value={message}
            maxLength={2000}
            onChange={(event) => setMessage(event.target.value)}
          />
        </div>
        {mismatch && (
          <CommittedMeanwhile
            name={version.workbook}
            parent={head}
            error={restore.error}
            onReload={() => {
              restore.reset();
              onReload();
            }}
          />
        )}
        {restore.isError && !mismatch && <FailureNotice error={restore.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="accent" disabled={restore.isPending || mismatch}>
            {restore.isPending ? 'Restoring…' : `Restore as version ${head + 1}`}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
