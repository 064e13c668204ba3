import { useState } from 'react';
import { useRemoveDatabase } from '../api/backup.ts';
import { useMay } from '../api/session.ts';
import type { DatabaseSource } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';
import { useGo } from '../shell/go.ts';

/** Ends the backup of a database, after its plan and its name. Holdfast's own is always kept. */
export function RemoveDatabase({ source }: { readonly source: DatabaseSource }) {
  const may = useMay('manageBackup');
  const go = useGo();
  const remove = useRemoveDatabase();
  const [asking, setAsking] = useState(false);
  if (!may || source.isOwn) return null;
  return (
    <div className="no-print border-t border-line pt-4">
      <Button onClick={() => setAsking(true)}>End the backup of {source.name}…</Button>
      {asking && (
        <ConfirmByName
          title={`End the backup of ${source.name}`}
          name={source.name}
          verb="End the backup"
          busy={remove.isPending}
          error={remove.error}
          onCancel={() => setAsking(false)}
          onConfirm={() => remove.mutate(source.name, { onSuccess: () => go('/databases') })}
        >
          <Notice tone="broken" title="From this moment on nothing new can be restored.">
            <ul className="list-disc space-y-0.5 pl-4">
              <li>The replication slot {source.slotName} on the source is dropped.</li>
              <li>What is stored stays until its locks end, and can be restored until then.</li>
              <li>To undo it, add the database again; the changes between are not in the backup.</li>
            </ul>
          </Notice>
        </ConfirmByName>
      )}
    </div>
  );
}
