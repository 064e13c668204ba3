import { Failure, isFailure } from '../base/index.ts';
import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import { NOTIFY_FAILURES, PROBE_CHANNEL, PROBE_TAG } from '../notify/index.ts';
import { type AlertReceiver, openAlertReceiver, type ReceivedAlert } from './alert-receiver.ts';
import { DRILLS_FAILURES } from './failures.ts';
import { DRILLS_LIMITS } from './limits.ts';
import type { MetricsProbeDeps } from './metrics-probe-deps.ts';

const NAMESPACE = 'Holdfast/Probe';
const METRIC = 'Canary';
const ALARM = 'holdfast-probe-alarm-delivered';
const PERIOD_S = 10;
const CALM = 0;
const BREACHING = 1;

/**
 * M2: a metric that crosses a threshold is told to a receiver within seconds, and so is its end. The point goes in by
 * PutMetricData over the server's own port, as from a client outside; the notification comes as a signed webhook.
 */
export const alarmDelivered = (deps: MetricsProbeDeps): Probe => ({
  id: 'alarm-delivered',
  promise: 'M2',
  statement: 'A metric that crosses a threshold is told to a receiver within seconds, and so is its end',
  cadenceMs: Math.max(deps.cadenceMs, DRILLS_LIMITS.alertCadenceMsMin),
  run: async (signal) => {
    const receiver = await openAlertReceiver(deps.clock);
    try {
      // What an earlier run left behind when it was killed.
      await cleanUp(deps);
      await deps.notify.channels.create(deps.actor, {
        ...{ type: 'webhook', name: PROBE_CHANNEL, url: receiver.url, signingSecret: receiver.secret },
        allowLoopback: true,
      });
      return await deliverOnce(deps, receiver, signal);
    } finally {
      try {
        await cleanUp(deps);
      } finally {
        await receiver.close();
      }
    }
  },
});

async function deliverOnce(
  deps: MetricsProbeDeps,
  receiver: AlertReceiver,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { alarms, clients, sender, actor, clock } = deps;
  await alarms.putMetricAlarm(actor, {
    ...{ alarmName: ALARM, namespace: NAMESPACE, metricName: METRIC, dimensions: {}, statistic: 'Maximum' },
    ...{ period: PERIOD_S, evaluationPeriods: 1, threshold: (CALM + BREACHING) / 2 },
    ...{ comparisonOperator: 'GreaterThanThreshold', treatMissingData: 'notBreaching' },
    alarmDescription: 'A canary by which Holdfast proves that alarms are delivered. It comes and goes by itself.',
    tags: { [PROBE_TAG.name]: PROBE_TAG.value, severity: 'info' },
  });
  const put = (value: number): Promise<void> =>
    clients.putMetric(sender, { namespace: NAMESPACE, name: METRIC, timeMs: clock.nowMs(), value }, signal);
  const wait = (state: string, timeoutMs: number): Promise<ReceivedAlert> =>
    waitFor(deps, receiver, { state, timeoutMs, signal });
  const sentMs = clock.monotonicMs();
  await put(BREACHING);
  const acceptedMs = Math.round(clock.monotonicMs() - sentMs);
  const fired = await wait('firing', DRILLS_LIMITS.alertWaitMs);
  // The period that breached goes on to breach until it is over; calm begins with the next one.
  const periodMs = PERIOD_S * 1000;
  await clock.sleep(periodMs - (clock.nowMs() % periodMs) + 1, signal);
  const calmMs = clock.monotonicMs();
  await put(CALM);
  const ended = await wait('resolved', DRILLS_LIMITS.alertEndWaitMs);
  const deliveredMs = Math.round(fired.atMs - sentMs);
  const endedMs = Math.round(ended.atMs - calmMs);
  const seconds = DRILLS_LIMITS.alertDeliveredMs / 1000;
  return {
    passed: deliveredMs <= DRILLS_LIMITS.alertDeliveredMs,
    summary: `A canary metric over its threshold was told to a receiver ${deliveredMs} ms after it was sent (at most ${seconds} s), and its end ${(endedMs / 1000).toFixed(1)} s after it was calm again.`,
    measurements: { deliveredMs, acceptedMs, endedMs },
  };
}

async function waitFor(
  { clock }: MetricsProbeDeps,
  receiver: AlertReceiver,
  wanted: { readonly state: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ReceivedAlert> {
  const { state, timeoutMs } = wanted;
  const limit = new AbortController();
  const signal = AbortSignal.any([wanted.signal, limit.signal]);
  const timeout = clock.sleep(timeoutMs, signal).then(() => {
    limit.abort(new Failure(DRILLS_FAILURES.alertNotReceived, { state, seconds: timeoutMs / 1000 }));
  });
  timeout.catch(() => undefined);
  try {
    return await receiver.received(`alarm:${ALARM}`, state, signal);
  } finally {
    limit.abort(new Error('received'));
  }
}

/** Takes the alarm away before its channel, so that nothing waits for a channel that is gone. */
async function cleanUp({ alarms, notify, actor }: MetricsProbeDeps): Promise<void> {
  const { metricAlarms } = await alarms.describeAlarms(actor, { alarmNames: [ALARM] });
  if (metricAlarms.length > 0) await alarms.deleteAlarms(actor, [ALARM]);
  try {
    await notify.channels.remove(actor, PROBE_CHANNEL);
  } catch (error) {
    if (!isFailure(error) || error.code !== NOTIFY_FAILURES.channelNotFound.code) throw error;
  }
}
