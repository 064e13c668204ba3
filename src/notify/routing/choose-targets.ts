import type { Route, Routing } from '../types.ts';
import { type AlertTest, compileMatchers, type Matchable } from './match.ts';
import { PROBE_CHANNEL, PROBE_ROUTE } from './probe-route.ts';

export interface Target {
  readonly route: Route;
  readonly channels: readonly string[];
}

/** Routes ready to be compared with alerts. */
export interface CompiledRouting {
  readonly version: number;
  readonly targets: (alert: Matchable, channels: readonly string[]) => readonly Target[];
  readonly route: (name: string) => Route | undefined;
}

export function compileRouting(routing: Routing): CompiledRouting {
  const routes = [PROBE_ROUTE, ...routing.routes].map((route) => ({ route, test: compileMatchers(route.matchers) }));
  const byName = new Map([PROBE_ROUTE, ...routing.routes, routing.fallback].map((route) => [route.name, route]));
  return {
    version: routing.version,
    route: (name) => byName.get(name),
    targets: (alert, channels) => {
      const chosen = matching(routes, alert);
      return withoutFailing(chosen.length === 0 ? [routing.fallback] : chosen, alert, channels);
    },
  };
}

function matching(routes: readonly { route: Route; test: AlertTest }[], alert: Matchable): readonly Route[] {
  const chosen: Route[] = [];
  for (const { route, test } of routes) {
    if (!test(alert)) continue;
    chosen.push(route);
    if (!route.continues) break;
  }
  return chosen;
}

/**
 * An alert about a channel never goes by that channel. When its routes know no other, it goes by all the others: that
 * nobody is told of other alerts is worth disturbing people with whom nobody planned to.
 */
function withoutFailing(routes: readonly Route[], alert: Matchable, existing: readonly string[]): readonly Target[] {
  const failing = alert.source === 'notify' ? alert.labels.channel : undefined;
  const targets = routes.map((route) => ({ route, channels: route.channels.filter((name) => name !== failing) }));
  const reached = targets.filter(({ channels }) => channels.length > 0);
  const [first] = routes;
  if (reached.length > 0 || failing === undefined || first === undefined) return reached;
  const others = existing.filter((name) => name !== failing && name !== PROBE_CHANNEL);
  return others.length === 0 ? [] : [{ route: first, channels: others }];
}
