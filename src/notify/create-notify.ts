import { acknowledgeAlert } from './alerts/acknowledge-alert.ts';
import { getAlert } from './alerts/get-alert.ts';
import { listAlerts } from './alerts/list-alerts.ts';
import { type AlertQueue, createAlertQueue } from './alerts/raise-alerts.ts';
import { createChannel } from './channels/create-channel.ts';
import { listAttempts } from './channels/list-attempts.ts';
import { listChannels } from './channels/list-channels.ts';
import { removeChannel } from './channels/remove-channel.ts';
import { testChannel } from './channels/test-channel.ts';
import type { NotifyContext, NotifyDeps } from './context.ts';
import { runLoop } from './dispatch/run-loop.ts';
import { getHeartbeat, setHeartbeat } from './heartbeat/heartbeat-verbs.ts';
import { runHeartbeat } from './heartbeat/run-heartbeat.ts';
import type { NotifyTables } from './migrations.ts';
import { notifyStatus } from './notify-status.ts';
import { releaseLeases } from './outbox/claim.ts';
import { createOutbox } from './outbox/deliver.ts';
import { systemResolveHost } from './outgoing/resolve-host.ts';
import { getRouting, previewRouting, replaceRouting } from './routing/routing-verbs.ts';
import { createSenders } from './senders/create-senders.ts';
import { createSilence } from './silences/create-silence.ts';
import { expireSilence } from './silences/expire-silence.ts';
import { listSilences } from './silences/list-silences.ts';
import { previewSilence } from './silences/preview-silence.ts';
import type { Notify } from './types.ts';
import { createTurns, createWake } from './wake.ts';

/** Opens alerts and notifications on the catalog; NOTIFY_MIGRATIONS must have run. Nothing is sent before `start`. */
export function createNotify(deps: NotifyDeps): Notify {
  const queue: AlertQueue = createAlertQueue(() => context);
  const resolveHost = deps.resolveHost ?? systemResolveHost;
  const context: NotifyContext = {
    ...deps,
    allowLoopback: deps.allowLoopback === true,
    resolveHost,
    inTurn: createTurns(),
    wake: createWake(deps.clock),
    senders: createSenders({ resolveHost, ...(deps.extraCa === undefined ? {} : { extraCa: deps.extraCa }) }),
    alerting: queue,
    memory: { routing: undefined, silenceTests: new Map(), loopMs: undefined },
  };
  return { alerting: { raise: queue.raise }, ...verbsOf(context), ...runningOf(context, queue) };
}

const verbsOf = (context: NotifyContext): Omit<Notify, 'alerting' | 'start' | 'close'> => ({
  alerts: { list: listAlerts(context), get: getAlert(context), acknowledge: acknowledgeAlert(context) },
  silences: {
    list: listSilences(context),
    create: createSilence(context),
    expire: expireSilence(context),
    preview: previewSilence(context),
  },
  channels: {
    list: listChannels(context),
    create: createChannel(context),
    remove: removeChannel(context),
    test: testChannel(context),
    attempts: listAttempts(context),
  },
  routing: { get: getRouting(context), replace: replaceRouting(context), preview: previewRouting(context) },
  heartbeat: { get: getHeartbeat(context), set: setHeartbeat(context) },
  status: notifyStatus(context),
});

function runningOf(context: NotifyContext, queue: AlertQueue): Pick<Notify, 'start' | 'close'> {
  const stop = new AbortController();
  const outbox = createOutbox(() => context);
  let running: readonly Promise<void>[] = [];
  return {
    start: async () => {
      await releaseLeases(context.catalog);
      await resolveHealthyChannels(context);
      running = [runLoop(context, outbox, stop.signal), runHeartbeat(context, stop.signal)];
    },
    close: async () => {
      stop.abort(new Error('notifications are stopping'));
      context.wake.now();
      await Promise.all(running);
      await outbox.settled();
      await queue.close();
    },
  };
}

/** A crash between a delivery that worked again and the end of the channel's alert leaves the alert: it ends here. */
async function resolveHealthyChannels(context: NotifyContext): Promise<void> {
  const db = context.catalog.db<NotifyTables>();
  const firing = await db
    .selectFrom('notify_alerts')
    .select(['key', 'labels', 'severity'])
    .where('state', '=', 'firing')
    .where('key', 'like', 'notify:channel:%')
    .execute();
  const failing = await db.selectFrom('notify_channels').select('name').where('failures', '>', 0).execute();
  for (const { key, labels, severity } of firing) {
    const channel = labels.channel ?? '';
    if (failing.some(({ name }) => name === channel)) continue;
    const title = `The channel ${channel} works again`;
    const shared = { key, source: 'notify', labels, severity, title, body: '', path: '/alerts/channels' };
    await context.alerting.raise({ ...shared, state: 'resolved', atMs: context.clock.nowMs() });
  }
}
