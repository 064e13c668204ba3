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

interface Shared {
  readonly receiver: AlertReceiver;
  users: number;
}

/** There is one channel of probes and several probes: those that run at the same time share it and its receiver. */
const shared = new WeakMap<Channels['channels'], { open: Shared | undefined; changing: Promise<unknown> }>();

/** Runs a measurement with a receiver to which the route of probes leads for as long; it hears what comes from now on. */
export async function withProbeChannel<Result>(
  deps: ProbeChannelDeps,
  measure: (receiver: AlertReceiver) => Promise<Result>,
): Promise<Result> {
  const receiver = await inTurn(deps, () => join(deps));
  const sinceMs = deps.clock.monotonicMs();
  try {
    return await measure({
      ...receiver,
      received: (key, state, signal) => receiver.received(key, state, signal, sinceMs),
    });
  } finally {
    await inTurn(deps, () => leave(deps));
  }
}

const stateOf = ({ notify: { channels } }: ProbeChannelDeps) => {
  const known = shared.get(channels) ?? { open: undefined, changing: Promise.resolve() };
  shared.set(channels, known);
  return known;
};

/** Joining and leaving take turns, so that nobody joins what is being taken away. */
function inTurn<Result>(deps: ProbeChannelDeps, work: () => Promise<Result>): Promise<Result> {
  const state = stateOf(deps);
  const mine = state.changing.then(work, work);
  state.changing = mine.catch(() => undefined);
  return mine;
}

async function join(deps: ProbeChannelDeps): Promise<AlertReceiver> {
  const state = stateOf(deps);
  if (state.open !== undefined) {
    state.open.users += 1;
    return state.open.receiver;
  }
  const receiver = await openAlertReceiver(deps.clock);
  try {
    // What an earlier run left behind when it was killed.
    await removeChannel(deps);
    await deps.notify.channels.create(deps.actor, {
      ...{ type: 'webhook', name: PROBE_CHANNEL, url: receiver.url, signingSecret: receiver.secret },
      allowLoopback: true,
    });
  } catch (error) {
    await receiver.close();
    throw error;
  }
  state.open = { receiver, users: 1 };
  return receiver;
}

async function leave(deps: ProbeChannelDeps): Promise<void> {
  const state = stateOf(deps);
  if (state.open === undefined) return;
  state.open.users -= 1;
  if (state.open.users > 0) return;
  const { receiver } = state.open;
  state.open = undefined;
  try {
    await removeChannel(deps);
  } finally {
    await receiver.close();
  }
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
