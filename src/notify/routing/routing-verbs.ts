import { Failure } from '../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import type { NotifyTables } from '../migrations.ts';
import type { Routing, RoutingVerbs } from '../types.ts';
import { acceptedRouting } from './accept-routing.ts';
import { compileRouting } from './choose-targets.ts';
import { readRouting, writeRouting } from './load-routing.ts';
import { PROBE_CHANNEL } from './probe-route.ts';
import { regroupFiring } from './regroup-firing.ts';

const ALL = { type: 'route', name: '*' } as const;

export const getRouting =
  (context: NotifyContext): RoutingVerbs['get'] =>
  async (actor) => {
    await context.authorize(actor, 'notify:Read', ALL);
    return readRouting(context.catalog.db<NotifyTables>());
  };

export const replaceRouting =
  (context: NotifyContext): RoutingVerbs['replace'] =>
  async (actor, wanted) => {
    await context.authorize(actor, 'notify:Manage', ALL);
    const parameters = { version: wanted.version, routes: wanted.routes, fallback: wanted.fallback };
    const call = { eventName: 'ReplaceRoutes', resource: ALL, parameters };
    const stored = await auditedChange<Routing>(context, actor, call, async () => {
      try {
        return await context.inTurn(() =>
          context.catalog.transaction<NotifyTables, Routing>(async (trx) => {
            const rows = await trx.selectFrom('notify_channels').select('name').execute();
            const accepted = acceptedRouting(
              wanted,
              rows.map(({ name }) => name).filter((name) => name !== PROBE_CHANNEL),
            );
            const { version } = await readRouting(trx);
            if (version !== wanted.version) {
              throw new Failure(NOTIFY_FAILURES.routingChanged, { found: version, expected: wanted.version });
            }
            const next = { ...accepted, version: version + 1 };
            await writeRouting(trx, next);
            context.memory.routing = undefined;
            await regroupFiring(trx, context.memory, context.clock.nowMs());
            return next;
          }),
        );
      } finally {
        // A version that was rolled back must not be taken for the next one of the same number.
        context.memory.routing = undefined;
      }
    });
    context.wake.now();
    return stored;
  };

export const previewRouting =
  (context: NotifyContext): RoutingVerbs['preview'] =>
  async (actor, alert) => {
    await context.authorize(actor, 'notify:Read', ALL);
    const db = context.catalog.db<NotifyTables>();
    const channels = (await db.selectFrom('notify_channels').select('name').execute()).map(({ name }) => name);
    const targets = compileRouting(await readRouting(db)).targets(alert, channels);
    return targets.map((target) => ({ route: target.route.name, channels: target.channels }));
  };
