import { acceptedMatchers, acceptedName, acceptedText, acceptedWhole, refuseInput } from '../accepted-input.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { Route, Routing } from '../types.ts';
import { FALLBACK_NAME } from './default-routing.ts';
import { PROBE_ROUTE } from './probe-route.ts';

/** Throws `notify.input-invalid` with the route and what is wrong in it. */
export function acceptedRouting(routing: Routing, channels: readonly string[]): Routing {
  const { routes, fallback } = routing;
  const max = NOTIFY_LIMITS.routesMax;
  if (routes.length > max) throw refuseInput('the list of routes', `it has ${routes.length}, and ${max} are the most`);
  const names = routes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuseInput('the list of routes', `${twice} stands in it twice`);
  if (names.includes(FALLBACK_NAME)) throw refuseInput('the list of routes', `${FALLBACK_NAME} names the fallback`);
  if (names.includes(PROBE_ROUTE.name))
    throw refuseInput('the list of routes', `${PROBE_ROUTE.name} is Holdfast's own`);
  const last = acceptedRoute({ ...fallback, name: FALLBACK_NAME, matchers: [], continues: false }, channels);
  return { version: routing.version, routes: routes.map((route) => acceptedRoute(route, channels)), fallback: last };
}

function acceptedRoute(route: Route, existing: readonly string[]): Route {
  const name = acceptedName('the name of a route', route.name);
  const field = `the route ${name}`;
  const range = { min: 0, max: NOTIFY_LIMITS.intervalMsMax };
  const groupBy = [...new Set(route.groupBy)];
  if (groupBy.length > NOTIFY_LIMITS.groupByMax) throw refuseInput(field, 'it groups by too many labels');
  for (const label of groupBy) acceptedText(field, label, { min: 1, max: NOTIFY_LIMITS.labelNameCharsMax });
  if (route.escalation.length > NOTIFY_LIMITS.escalationStepsMax) throw refuseInput(field, 'it has too many steps');
  route.escalation.forEach(({ afterMs, channels }, index) => {
    acceptedWhole(`${field}: the time of step ${index + 1}`, afterMs, { ...range, min: 1 });
    if (afterMs <= (route.escalation[index - 1]?.afterMs ?? 0)) {
      throw refuseInput(field, 'each step of escalation comes later than the one before');
    }
    if (channels.length === 0) throw refuseInput(field, `step ${index + 1} names no channel`);
    checkChannels(field, channels, existing);
  });
  checkChannels(field, route.channels, existing);
  return {
    name,
    matchers: acceptedMatchers(field, route.matchers, 0),
    channels: [...new Set(route.channels)],
    groupBy,
    groupWaitMs: acceptedWhole(`${field}: the group wait`, route.groupWaitMs, range),
    groupIntervalMs: acceptedWhole(`${field}: the group interval`, route.groupIntervalMs, { ...range, min: 1_000 }),
    repeatIntervalMs: acceptedWhole(`${field}: the repeat interval`, route.repeatIntervalMs, { ...range, min: 60_000 }),
    continues: route.continues,
    escalation: route.escalation.map(({ afterMs, channels }) => ({ afterMs, channels: [...new Set(channels)] })),
  };
}

function checkChannels(field: string, channels: readonly string[], existing: readonly string[]): void {
  const max = NOTIFY_LIMITS.channelsPerRouteMax;
  if (channels.length > max) throw refuseInput(field, `it names more than ${max} channels`);
  const unknown = channels.find((name) => !existing.includes(name));
  if (unknown !== undefined) throw refuseInput(field, `there is no channel ${unknown}`);
}
