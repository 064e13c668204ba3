import { type ReactNode, useState } from 'react';
import { useCreateChannel } from '../api/notify.ts';
import type { ChannelCreate, ChannelCreated } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field, TextField } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';

type Type = ChannelCreate['type'];
type Security = Extract<ChannelCreate, { type: 'email' }>['security'];

interface Draft {
  readonly name: string;
  readonly type: Type;
  readonly url: string;
  readonly routingKey: string;
  readonly host: string;
  readonly port: string;
  readonly security: Security;
  readonly username: string;
  readonly password: string;
  readonly from: string;
  readonly to: string;
  readonly allowPrivate: boolean;
}

const EMPTY: Draft = {
  name: '',
  type: 'email',
  url: '',
  routingKey: '',
  host: '',
  port: '587',
  security: 'starttls',
  username: '',
  password: '',
  from: '',
  to: '',
  allowPrivate: false,
};

function requestOf(draft: Draft): ChannelCreate {
  const shared = { name: draft.name.trim(), allowPrivate: draft.allowPrivate };
  switch (draft.type) {
    case 'email':
      return {
        ...shared,
        type: 'email',
        host: draft.host.trim(),
        port: Number(draft.port),
        security: draft.security,
        from: draft.from.trim(),
        to: draft.to.split(/[\s,;]+/).filter((address) => address !== ''),
        ...(draft.username === '' ? {} : { username: draft.username, password: draft.password }),
      };
    case 'pagerduty':
      return { ...shared, type: 'pagerduty', routingKey: draft.routingKey.trim() };
    default:
      return { ...shared, type: draft.type, url: draft.url.trim() };
  }
}

type Change = (change: Partial<Draft>) => void;
interface PartProps {
  readonly draft: Draft;
  readonly change: Change;
}

function MailFields({ draft, change }: PartProps) {
  const text = (name: 'host' | 'port' | 'username' | 'from' | 'to', label: string, hint?: ReactNode) => (
    <TextField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      required={name !== 'username'}
      autoComplete="off"
      value={draft[name]}
      onChange={(event) => change({ [name]: event.target.value })}
    />
  );
  return (
    <>
      <div className="grid gap-x-4 sm:grid-cols-[1fr_90px_170px]">
        {text('host', 'Mail server')}
        {text('port', 'Port')}
        <Field label="Encryption">
          {({ id }) => (
            <select
              id={id}
              className="control w-full"
              value={draft.security}
              onChange={(event) => change({ security: event.target.value as Security })}
            >
              <option value="starttls">STARTTLS, required</option>
              <option value="tls">TLS from the start</option>
              <option value="none">none</option>
            </select>
          )}
        </Field>
      </div>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {text('username', 'User')}
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          required={draft.username !== ''}
          value={draft.password}
          onChange={(event) => change({ password: event.target.value })}
        />
      </div>
      {text('from', 'From')}
      {text('to', 'To', 'One or more addresses, with commas between them.')}
    </>
  );
}

function TypeFields({ draft, change }: PartProps) {
  if (draft.type === 'email') return <MailFields draft={draft} change={change} />;
  if (draft.type === 'pagerduty')
    return (
      <TextField
        label="Routing key"
        hint="Of an integration “Events API v2” of the service that is to be called."
        required
        mono
        autoComplete="off"
        value={draft.routingKey}
        onChange={(event) => change({ routingKey: event.target.value })}
      />
    );
  return (
    <TextField
      label="Address"
      hint={
        draft.type === 'slack'
          ? 'Of an incoming webhook of Slack. It is sealed; only its origin is shown later.'
          : 'Gets JSON, signed with a secret that is shown once. It is sealed; only its origin is shown later.'
      }
      type="url"
      required
      mono
      autoComplete="off"
      placeholder="https://"
      value={draft.url}
      onChange={(event) => change({ url: event.target.value })}
    />
  );
}

/** A new way to people. */
export function AddChannel(props: {
  readonly onClose: () => void;
  readonly onMade: (created: ChannelCreated) => void;
}) {
  const create = useCreateChannel();
  const [draft, setDraft] = useState(EMPTY);
  const change: Change = (part) => setDraft((before) => ({ ...before, ...part }));
  return (
    <Dialog open onOpenChange={props.onClose} wide title="Add a channel">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(requestOf(draft), { onSuccess: props.onMade });
        }}
      >
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            label="Name"
            required
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
            autoComplete="off"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
          <Field label="Type">
            {({ id }) => (
              <select
                id={id}
                className="control w-full"
                value={draft.type}
                onChange={(event) => change({ type: event.target.value as Type })}
              >
                <option value="email">mail</option>
                <option value="webhook">webhook</option>
                <option value="slack">Slack</option>
                <option value="pagerduty">PagerDuty</option>
              </select>
            )}
          </Field>
        </div>
        <TypeFields draft={draft} change={change} />
        {draft.type !== 'email' && (
          <label className="mb-3.5 flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-[var(--accent)]"
              checked={draft.allowPrivate}
              onChange={(event) => change({ allowPrivate: event.target.checked })}
            />
            <span>
              Private addresses are allowed
              <span className="text-ink-3"> – for a receiver in your own network</span>
            </span>
          </label>
        )}
        {create.isError && <FailureNotice error={create.error} />}
        <DialogActions>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={create.isPending}>
            Add the channel
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
