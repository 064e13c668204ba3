import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Commit, WorkbookVersion } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { CommitForm } from './commit-form.tsx';
import { DropArea } from './drop-area.tsx';

function Done({
  commit: { version, unchanged, repeated },
  onClose,
}: {
  readonly commit: Commit;
  readonly onClose: () => void;
}) {
  const close = (
    <Button small onClick={onClose}>
      Close
    </Button>
  );
  if (unchanged)
    return (
      <Notice tone="plain" role="status" title={`Nothing has changed since version ${version.number}.`} action={close}>
        The content of the file is that of the newest version, so no other was made.
      </Notice>
    );
  return (
    <Notice
      tone="plain"
      role="status"
      title={`${repeated ? 'Already committed' : 'Committed'} as version ${version.number} of ${version.workbook}.`}
      action={close}
    >
      {version.zones.length} zones hold it: {version.zones.join(', ')}.{' '}
      <Link to="/workbooks/$name" params={{ name: version.workbook }} className="text-accent underline">
        Its history
      </Link>
    </Notice>
  );
}

interface CommitAreaProps {
  readonly label: string;
  readonly name?: string;
  readonly head?: WorkbookVersion | undefined;
}

/** From the file to the version: choose, say, send, done. */
export function CommitArea({ label, name, head }: CommitAreaProps) {
  const [chosen, setChosen] = useState<{ readonly file: File; readonly head: WorkbookVersion | undefined }>();
  const [done, setDone] = useState<Commit>();
  const finish = (commit: Commit): void => {
    setChosen(undefined);
    setDone(commit);
  };
  return (
    <div className="mb-6 space-y-3">
      {done !== undefined && <Done commit={done} onClose={() => setDone(undefined)} />}
      {chosen === undefined ? (
        <DropArea label={label} onFile={(file) => setChosen({ file, head })} />
      ) : (
        <CommitForm
          file={chosen.file}
          {...(name === undefined ? {} : { name })}
          {...(chosen.head === undefined ? {} : { head: chosen.head })}
          onCommitted={finish}
          onCancel={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}
