import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useChannels, useRemoveChannel, useTestChannel } from '../api/notify.ts';
import { useMay } from '../api/session.ts';
import type { Attempt, Channel, ChannelCreated } from '../api/types.ts';
import { formatCount, formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Empty, Section, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { ConfirmByName } from '../settings/confirm-by-name.tsx';
import { AddChannel } from './add-channel.tsx';
import { SigningSecretOnce } from './signing-secret-once.tsx';

const TYPES = { email: 'mail', webhook: 'webhook', slack: 'Slack', pagerduty: 'PagerDuty' } as const;

function whereOf({ settings }: Channel): string {
  switch (settings.type) {
    case 'email':
      return `${settings.to.join(', ')} by ${settings.host}:${settings.port} (${settings.security})`;
    case 'pagerduty':
      return settings.baseUrl;
    default:
      return `${settings.origin}/…`;
  }
}

function Health({ channel }: { readonly channel: Channel }) {
  const { failingSinceMs, deliveredMs } = channel.health;
  if (failingSinceMs !== undefined)
    return (
      <span className="inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap text-broken">
        <Mark state="broken" /> failing since <Ago at={failingSinceMs} />
      </span>
    );
  if (deliveredMs === undefined)
    return (
      <span className="inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap text-unknown">
        <Mark state="unproven" /> not used yet
      </span>
    );
  return (
    <span className="inline-flex items-baseline gap-1.5 font-semibold whitespace-nowrap text-proven">
      <Mark state="proven" /> delivered <Ago at={deliveredMs} />
    </span>
  );
}

/** What came of a test, in the words of the other side. */
function Tested({ attempt }: { readonly attempt: Attempt }) {
  const delivered = attempt.outcome === 'delivered';
  return (
    <Notice
      role="status"
      tone={delivered ? 'plain' : 'broken'}
      title={
        delivered
          ? `The test was taken after ${formatDuration(attempt.durationMs)}. Look whether it is there.`
          : `The test did not arrive (${formatDuration(attempt.durationMs)}).`
      }
    >
      <span className="font-mono text-xs break-words">{attempt.detail}</span>
    </Notice>
  );
}

function ChannelItem({ channel, mayManage }: { readonly channel: Channel; readonly mayManage: boolean }) {
  const test = useTestChannel();
  const remove = useRemoveChannel();
  const [removing, setRemoving] = useState(false);
  const { waiting, heldBack, problem } = channel.health;
  return (
    <li className="border-b border-line py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-4 gap-y-1">
          <h3 className="text-md">{channel.name}</h3>
          <Tag>{TYPES[channel.settings.type]}</Tag>
          {channel.allowPrivate && <Tag tone="warn">private addresses allowed</Tag>}
          <Health channel={channel} />
        </div>
        {mayManage && (
          <div className="flex gap-2">
            <Button small onClick={() => setRemoving(true)} aria-label={`Remove ${channel.name}`}>
              Remove…
            </Button>
            <Button
              small
              disabled={test.isPending}
              onClick={() => test.mutate(channel.name)}
              aria-label={`Send a test by ${channel.name}`}
            >
              {test.isPending ? 'Sending…' : 'Send a test'}
            </Button>
          </div>
        )}
      </div>
      <p className="mt-1 font-mono text-xs break-all text-ink-3">{whereOf(channel)}</p>
      {waiting + heldBack > 0 && (
        <p className="mt-1 text-sm text-warn">
          {waiting > 0 && `${formatCount(waiting)} waiting to be sent`}
          {waiting > 0 && heldBack > 0 && ', '}
          {heldBack > 0 && `${formatCount(heldBack)} held back in a storm; a digest follows`}
        </p>
      )}
      {problem !== undefined && <p className="mt-1 text-sm break-words text-broken">{problem}</p>}
      <div className="mt-2 empty:hidden">
        {test.data !== undefined && <Tested attempt={test.data} />}
        {test.isError && <FailureNotice error={test.error} />}
      </div>
      {removing && (
        <ConfirmByName
          title={`Remove the channel ${channel.name}`}
          name={channel.name}
          verb="Remove the channel"
          busy={remove.isPending}
          error={remove.error}
          onCancel={() => setRemoving(false)}
          onConfirm={() => remove.mutate(channel.name, { onSuccess: () => setRemoving(false) })}
        >
          <p className="text-sm text-ink-2">
            Nothing goes there any more, and what waits for it is dropped. Its address and secrets cannot be brought
            back: make a new channel instead.
          </p>
        </ConfirmByName>
      )}
    </li>
  );
}

/** The ways to people, and how each does. */
export function Channels() {
  const channels = useChannels();
  const mayManage = useMay('manageNotify');
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<ChannelCreated>();
  const list = channels.data?.channels;
  const onMade = (created: ChannelCreated): void => {
    setAdding(false);
    if (created.signingSecret !== undefined) setMade(created);
  };
  return (
    <Section
      title="Channels"
      lead="Mail, webhooks, Slack and PagerDuty. A channel that does not deliver is told by the others."
      action={
        mayManage && (
          <Button tone="accent" onClick={() => setAdding(true)}>
            <Plus size={14} /> Add a channel
          </Button>
        )
      }
    >
      {channels.isPending && <BoneRows rows={4} label="the channels" />}
      {channels.isError && <FailureNotice error={channels.error} onRetry={() => void channels.refetch()} />}
      {list?.length === 0 && (
        <Empty title="There is no way to anybody yet.">
          Add the first channel: from then on it gets every alert that no route sends elsewhere. Then send a test.
        </Empty>
      )}
      {list !== undefined && list.length > 0 && (
        <ul className="-mt-3">
          {list.map((channel) => (
            <ChannelItem key={channel.name} channel={channel} mayManage={mayManage} />
          ))}
        </ul>
      )}
      {adding && <AddChannel onClose={() => setAdding(false)} onMade={onMade} />}
      {made?.signingSecret !== undefined && (
        <SigningSecretOnce name={made.channel.name} secret={made.signingSecret} onDone={() => setMade(undefined)} />
      )}
    </Section>
  );
}
