import { useState } from 'react';
import { useHeartbeat, useSetHeartbeat } from '../api/notify.ts';
import { useMay } from '../api/session.ts';
import type { Heartbeat as Beat } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

function SetHeartbeat({ onClose }: { readonly onClose: () => void }) {
  const set = useSetHeartbeat();
  const [url, setUrl] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Name a watcher"
      description="A service outside that expects a request a minute and tells people when none comes."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate(url.trim(), { onSuccess: onClose });
        }}
      >
        <TextField
          label="Address"
          hint="It is sealed; only its origin is shown later."
          type="url"
          required
          mono
          autoComplete="off"
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        {set.isError && <FailureNotice error={set.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={set.isPending}>
            Start the pings
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Known({ beat }: { readonly beat: Beat }) {
  if (!beat.isSet)
    return (
      <Empty title="Nobody outside would notice that Holdfast is gone.">
        When this machine dies, it cannot tell anybody. Name a watcher that does: any dead man’s switch service, or a
        second Holdfast.
      </Empty>
    );
  return (
    <p className="text-sm">
      <span className="font-mono text-xs">{beat.origin}/…</span>{' '}
      {beat.failingSinceMs === undefined ? (
        <span className="ml-2 inline-flex items-baseline gap-1.5 font-semibold text-proven">
          <Mark state={beat.deliveredMs === undefined ? 'unproven' : 'proven'} />
          {beat.deliveredMs === undefined ? 'first ping to come' : <Ago at={beat.deliveredMs} />}
        </span>
      ) : (
        <span className="ml-2 inline-flex items-baseline gap-1.5 font-semibold text-broken">
          <Mark state="broken" /> not reached since <Ago at={beat.failingSinceMs} />
        </span>
      )}
      {beat.problem !== undefined && <span className="mt-1 block text-broken">{beat.problem}</span>}
    </p>
  );
}

/** The watcher that notices when Holdfast itself is gone. */
export function Heartbeat() {
  const heartbeat = useHeartbeat();
  const set = useSetHeartbeat();
  const mayManage = useMay('manageNotify');
  const [naming, setNaming] = useState(false);
  return (
    <Section
      title="Heartbeat"
      lead="A ping a minute to a watcher outside, only while notifications go round and the stores work."
      action={
        mayManage && (
          <div className="flex gap-2">
            {heartbeat.data?.isSet === true && (
              <Button disabled={set.isPending} onClick={() => set.mutate(undefined)}>
                Stop the pings
              </Button>
            )}
            <Button onClick={() => setNaming(true)}>Name a watcher…</Button>
          </div>
        )
      }
    >
      {heartbeat.isPending && <BoneRows rows={1} label="the heartbeat" />}
      {heartbeat.isError && <FailureNotice error={heartbeat.error} onRetry={() => void heartbeat.refetch()} />}
      {set.isError && <FailureNotice error={set.error} />}
      {heartbeat.data !== undefined && <Known beat={heartbeat.data} />}
      {naming && <SetHeartbeat onClose={() => setNaming(false)} />}
    </Section>
  );
}
