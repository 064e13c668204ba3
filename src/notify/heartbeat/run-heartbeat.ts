import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { sendRequest } from '../outgoing/send-request.ts';
import { judgeAnswer, problemOf } from '../senders/http-result.ts';
import type { SendResult } from '../senders/sender.ts';
import { HEARTBEAT_OWNER, type HeartbeatRow, readHeartbeat } from './heartbeat-verbs.ts';

/**
 * Pings a watcher outside of Holdfast once a minute, and only while notifications go round and the stores work: when
 * the pings stop, the watcher tells people what Holdfast cannot tell any more.
 */
export async function runHeartbeat(context: NotifyContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await beat(context, signal).catch((error: unknown) => {
      if (!signal.aborted) context.log.warn({ err: error }, 'a ping to the watcher could not be recorded');
    });
    await context.clock.sleep(NOTIFY_LIMITS.heartbeatMs, signal).catch(() => undefined);
  }
}

async function beat(context: NotifyContext, signal: AbortSignal): Promise<void> {
  const row = await readHeartbeat(context);
  if (row === undefined) return;
  const problem = await sicknessOf(context);
  if (problem !== undefined) {
    await record(context, row, { type: 'busy', detail: `not sent: ${problem}` });
    return;
  }
  await record(context, row, await ping(context, row, signal));
}

/** Why no ping may go out; undefined when all is well. */
async function sicknessOf({ memory, clock, isHealthy }: NotifyContext): Promise<string | undefined> {
  const silentMs = clock.nowMs() - (memory.loopMs ?? Number.NEGATIVE_INFINITY);
  if (silentMs > NOTIFY_LIMITS.heartbeatMs) return 'the loop that sends notifications does not go round';
  return (await isHealthy?.()) === false ? 'a store does not work' : undefined;
}

async function ping(context: NotifyContext, row: HeartbeatRow, signal: AbortSignal): Promise<SendResult> {
  const settled = new AbortController();
  const late = new AbortController();
  context.clock
    .sleep(NOTIFY_LIMITS.attemptTimeoutMs, settled.signal)
    .then(() => late.abort(new Error('the watcher did not answer in time')))
    .catch(() => undefined);
  try {
    const answer = await sendRequest({
      method: 'GET',
      url: context.secrets.unseal(row.url_sealed, HEARTBEAT_OWNER),
      headers: { 'User-Agent': 'holdfast' },
      body: '',
      policy: { allowPrivate: row.allow_private, allowLoopback: context.allowLoopback },
      resolveHost: context.resolveHost,
      signal: AbortSignal.any([late.signal, signal]),
    });
    const { type } = judgeAnswer(answer, context.clock.nowMs());
    // The answer's own words are nothing that people need, and may repeat the token of the address.
    return { type, detail: `HTTP ${answer.status}` };
  } catch (error) {
    return problemOf(error);
  } finally {
    settled.abort(new Error('settled'));
  }
}

async function record(context: NotifyContext, before: HeartbeatRow, result: SendResult): Promise<void> {
  const nowMs = context.clock.nowMs();
  const isDelivered = result.type === 'delivered';
  const failures = isDelivered ? 0 : before.failures + 1;
  await context.catalog
    .db<NotifyTables>()
    .updateTable('notify_heartbeat')
    .set(
      isDelivered
        ? { delivered_ms: nowMs, failing_since_ms: null, failures: 0, problem: null }
        : { failing_since_ms: before.failing_since_ms ?? nowMs, failures, problem: result.detail },
    )
    // Set anew meanwhile, it has nothing to do with what this ping found out.
    .where('url_sealed', '=', before.url_sealed)
    .execute();
  const shared = {
    key: 'notify:heartbeat',
    source: 'notify',
    severity: 'high',
    labels: {},
    path: '/alerts/channels',
  } as const;
  if (isDelivered && before.failures > 0) {
    const body = 'A ping reached the watcher again.';
    await context.alerting.raise({
      ...shared,
      state: 'resolved',
      title: 'The watcher is reached again',
      body,
      atMs: nowMs,
    });
  }
  if (failures === NOTIFY_LIMITS.heartbeatFailures) {
    const body = `Pings to ${before.origin} fail: ${result.detail}. The watcher may tell people that Holdfast is down.`;
    await context.alerting.raise({
      ...shared,
      state: 'firing',
      title: 'The watcher is not reached',
      body,
      atMs: nowMs,
    });
  }
}
