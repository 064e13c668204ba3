import type { Actor } from '../access/index.ts';
import { type Clock, Failure, isFailure } from '../base/index.ts';
import { NOTIFY_FAILURES, type Notify, PROBE_CHANNEL } from '../notify/index.ts';
import { type AlertReceiver, openAlertReceiver, type ReceivedAlert } from './alert-receiver.ts';
import { DRILLS_FAILURES } from './failures.ts';

type Channels = Pick<Notify, 'channels'>;

interface ProbeChannelDeps {
  readonly notify: Channels;
  readonly actor: Actor;
  readonly clock: Clock;
}

/** There is one channel of probes and several probes: each waits until the one before it has taken its own away. */
const turns = new WeakMap<Channels['channels'], Promise<unknown>>();

/** Runs a measurement with a receiver of its own, to which the route of probes leads for as long. */
export function withProbeChannel<Result>(
  deps: ProbeChannelDeps,
  measure: (receiver: AlertReceiver) => Promise<Result>,
): Promise<Result> {
  const { channels } = deps.notify;
  const run = async (): Promise<Result> => {
    const receiver = await openAlertReceiver(deps.clock);
    try {
      // What an earlier run left behind when it was killed.
      await removeChannel(deps);
      await channels.create(deps.actor, {
        ...{ type: 'webhook', name: PROBE_CHANNEL, url: receiver.url, signingSecret: receiver.secret },
        allowLoopback: true,
      });
      return await measure(receiver);
    } finally {
      try {
        await removeChannel(deps);
      } finally {
        await receiver.close();
      }
    }
  };
  const mine = (turns.get(channels) ?? Promise.resolve()).then(run, run);
  turns.set(
    channels,
    mine.catch(() => undefined),
  );
  return mine;
}

async function removeChannel({ notify, actor }: ProbeChannelDeps): Promise<void> {
  try {
    await notify.channels.remove(actor, PROBE_CHANNEL);
  } catch (error) {
    if (!isFailure(error, NOTIFY_FAILURES.channelNotFound)) throw error;
  }
}

/** Throws `drills.alert-not-received` when it did not come in time. */
export async function waitForAlert(
  clock: Clock,
  receiver: AlertReceiver,
  wanted: {
    readonly key: Parameters<AlertReceiver['received']>[0];
    readonly state: string;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<ReceivedAlert> {
  const { state, timeoutMs } = wanted;
  const key = typeof wanted.key === 'string' ? wanted.key : 'issue';
  const limit = new AbortController();
  const signal = AbortSignal.any([wanted.signal, limit.signal]);
  const timeout = clock.sleep(timeoutMs, signal).then(() => {
    limit.abort(new Failure(DRILLS_FAILURES.alertNotReceived, { key, state, seconds: timeoutMs / 1_000 }));
  });
  timeout.catch(() => undefined);
  try {
    return await receiver.received(wanted.key, state, signal);
  } finally {
    limit.abort(new Error('received'));
  }
}
