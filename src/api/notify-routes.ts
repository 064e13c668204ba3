import type { Alert, AlertView, Channel, ChannelRequest, Notify, Routing, SilenceView } from '../notify/index.ts';
import {
  type AlertBody,
  acknowledgeBody,
  alertBody,
  alertDetailBody,
  alertFilterQuery,
  alertsBody,
  attemptBody,
  attemptsBody,
  attemptsQuery,
  type ChannelBody,
  channelCreateBody,
  channelCreatedBody,
  channelsBody,
  heartbeatBody,
  heartbeatSetBody,
  notifyStatusBody,
  type RoutingBody,
  routingBody,
  routingPreviewBody,
  routingPreviewedBody,
  type SilenceBody,
  silenceBody,
  silenceCreateBody,
  silencePreviewBody,
  silencesBody,
} from './notify-contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { dropUndefined } from './trust-routes.ts';

const ALERTS_DEFAULT = 200;
const ATTEMPTS_DEFAULT = 50;

/** Copies what the contract tells; the episode is the store's own business. */
function alertOut({ episode: _episode, silencedBy, ...alert }: AlertView & Pick<Alert, 'episode'>): AlertBody {
  return { ...alert, labels: { ...alert.labels }, silencedBy: [...silencedBy] };
}
const silenceOut = ({ matchers, ...silence }: SilenceView): SilenceBody => ({ ...silence, matchers: [...matchers] });
const channelOut = ({ settings, ...channel }: Channel): ChannelBody => ({
  ...channel,
  settings: settings.type === 'email' ? { ...settings, to: [...settings.to] } : settings,
});
// The domain's lists are read-only and the contract's are not; the values are plain JSON.
const routingOut = (routing: Routing): RoutingBody => structuredClone(routing) as RoutingBody;

/** Alerts, silences, channels, routes and the heartbeat. */
export function addNotifyRoutes(app: ApiApp, notify: Notify): void {
  addRoute(
    app,
    { method: 'get', path: '/notify', summary: 'Whether people are told', answer: notifyStatusBody },
    async ({ actor }) => {
      const status = await notify.status(actor);
      return { ...status, failingChannels: [...status.failingChannels] };
    },
  );
  addAlertRoutes(app, notify);
  addSilenceRoutes(app, notify);
  addChannelRoutes(app, notify);
  addRoutingRoutes(app, notify);
  addHeartbeatRoutes(app, notify);
}

function addAlertRoutes(app: ApiApp, { alerts }: Notify): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/alerts',
      summary: 'Alerts: the firing ones first',
      query: alertFilterQuery,
      answer: alertsBody,
    },
    async ({ actor, query }) => {
      const { limit = ALERTS_DEFAULT, ...filter } = query;
      const page = await alerts.list(actor, { ...dropUndefined(filter), limit });
      return { alerts: page.alerts.map(alertOut), total: page.total };
    },
  );
  addRoute(
    app,
    { method: 'get', path: '/alerts/{key}', summary: 'One alert and what happened to it', answer: alertDetailBody },
    async ({ actor, param }) => {
      const { alert, events } = await alerts.get(actor, param('key'));
      return { alert: alertOut(alert), events: events.map((event) => ({ ...event })) };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/alerts/{key}/acknowledge',
      summary: 'Say that somebody looks at it: no repeats and no escalation until it is resolved',
      body: acknowledgeBody,
      answer: alertBody,
    },
    async ({ actor, param, body }) => alertOut(await alerts.acknowledge(actor, param('key'), body.note)),
  );
}

function addSilenceRoutes(app: ApiApp, { silences }: Notify): void {
  addRoute(
    app,
    { method: 'get', path: '/silences', summary: 'Silences, the latest end first', answer: silencesBody },
    async ({ actor }) => ({ silences: (await silences.list(actor)).map(silenceOut) }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/silences',
      summary: 'Hold alerts back until a time',
      body: silenceCreateBody,
      answer: silenceBody,
    },
    async ({ actor, body }) => silenceOut(await silences.create(actor, dropUndefined(body))),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/silences/preview',
      summary: 'The firing alerts that such a silence would hold back',
      body: silencePreviewBody,
      answer: alertsBody,
    },
    async ({ actor, body }) => {
      const found = await silences.preview(actor, body.matchers);
      return { alerts: found.map(alertOut), total: found.length };
    },
  );
  addRoute(
    app,
    { method: 'delete', path: '/silences/{id}', summary: 'End a silence now', answer: silenceBody },
    async ({ actor, param }) => silenceOut(await silences.expire(actor, param('id'))),
  );
}

function addChannelRoutes(app: ApiApp, { channels }: Notify): void {
  addRoute(
    app,
    { method: 'get', path: '/channels', summary: 'Channels and how they do', answer: channelsBody },
    async ({ actor }) => ({ channels: (await channels.list(actor)).map(channelOut) }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/channels',
      summary: 'Make a channel; its secrets are sealed and never shown again',
      body: channelCreateBody,
      answer: channelCreatedBody,
    },
    async ({ actor, body }) => {
      // Optional fields of the contract may be undefined; those of the domain are absent then.
      const { channel, signingSecret } = await channels.create(actor, dropUndefined(body) as ChannelRequest);
      return dropUndefined({ channel: channelOut(channel), signingSecret });
    },
  );
  addRoute(
    app,
    { method: 'delete', path: '/channels/{name}', summary: 'Remove a channel that no route uses' },
    async ({ actor, param }) => {
      await channels.remove(actor, param('name'));
      return undefined;
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/channels/{name}/test',
      summary: 'Send a marked message now, and say what came of it',
      answer: attemptBody,
    },
    async ({ actor, param }) => {
      const attempt = await channels.test(actor, param('name'));
      return { ...attempt, alertKeys: [...attempt.alertKeys] };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/deliveries',
      summary: 'Attempts to deliver, newest first',
      query: attemptsQuery,
      answer: attemptsBody,
    },
    async ({ actor, query }) => {
      const { limit = ATTEMPTS_DEFAULT, channel } = query;
      const attempts = await channels.attempts(actor, dropUndefined({ limit, channel }));
      return { attempts: attempts.map((attempt) => ({ ...attempt, alertKeys: [...attempt.alertKeys] })) };
    },
  );
}

function addRoutingRoutes(app: ApiApp, { routing }: Notify): void {
  addRoute(
    app,
    { method: 'get', path: '/routes', summary: 'Routes in their order, and the fallback', answer: routingBody },
    async ({ actor }) => routingOut(await routing.get(actor)),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/routes',
      summary: 'Replace all routes; version names the one that the change goes out from',
      body: routingBody,
      answer: routingBody,
    },
    async ({ actor, body }) => routingOut(await routing.replace(actor, body)),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/routes/preview',
      summary: 'Where an alert with these labels would go',
      body: routingPreviewBody,
      answer: routingPreviewedBody,
    },
    async ({ actor, body }) => {
      const targets = await routing.preview(actor, body);
      return { targets: targets.map(({ route, channels }) => ({ route, channels: [...channels] })) };
    },
  );
}

function addHeartbeatRoutes(app: ApiApp, { heartbeat }: Notify): void {
  addRoute(
    app,
    { method: 'get', path: '/heartbeat', summary: 'Pings to a watcher outside', answer: heartbeatBody },
    async ({ actor }) => heartbeat.get(actor),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/heartbeat',
      summary: 'Name the address of the watcher, which is sealed',
      body: heartbeatSetBody,
      answer: heartbeatBody,
    },
    async ({ actor, body }) => heartbeat.set(actor, dropUndefined(body)),
  );
  addRoute(
    app,
    { method: 'delete', path: '/heartbeat', summary: 'Stop the pings', answer: heartbeatBody },
    async ({ actor }) => heartbeat.set(actor, undefined),
  );
}
