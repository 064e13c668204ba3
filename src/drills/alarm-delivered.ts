import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import { PROBE_TAG } from '../notify/index.ts';
import type { AlertReceiver, ReceivedAlert } from './alert-receiver.ts';
import { DRILLS_LIMITS } from './limits.ts';
import type { MetricsProbeDeps } from './metrics-probe-deps.ts';
import { waitForAlert, withProbeChannel } from './probe-channel.ts';

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
  run: (signal) =>
    withProbeChannel(deps, async (receiver) => {
      // What an earlier run left behind when it was killed.
      await removeAlarm(deps);
      try {
        return await deliverOnce(deps, receiver, signal);
      } finally {
        // Before its channel goes, so that nothing waits for a channel that is gone.
        await removeAlarm(deps);
      }
    }),
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
    waitForAlert(deps.clock, receiver, { key: `alarm:${ALARM}`, state, timeoutMs, signal });
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

async function removeAlarm({ alarms, actor }: MetricsProbeDeps): Promise<void> {
  const { metricAlarms } = await alarms.describeAlarms(actor, { alarmNames: [ALARM] });
  if (metricAlarms.length > 0) await alarms.deleteAlarms(actor, [ALARM]);
}
