import type { Access } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { createNotify, type Notify } from '../notify/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import type { Options } from './engines.ts';
import type { StopStack } from './stop-stack.ts';

/** Opens alerts and notifications and starts to send; what an earlier process left in flight is taken up. */
export async function openNotify(deps: {
  readonly catalog: Catalog;
  readonly telemetry: TelemetryStore;
  readonly redactor: Redactor;
  readonly audit: Audit;
  readonly access: Access;
  readonly options: Options;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
}): Promise<Notify> {
  const { catalog, telemetry, redactor, audit, access, options, clock } = deps;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const notify = createNotify({
    ...{ catalog, redactor, audit, clock },
    authorize: access.authorize,
    secrets: access.secrets,
    log: deps.log.area('notify'),
    publicUrl: options.publicUrl ?? `http://${host}:${options.port}`,
    allowLoopback: options.notifyLoopback,
    // The heartbeat stops when a store does not answer: a Holdfast that cannot see must not look alive.
    isHealthy: async () => {
      const answers = await Promise.allSettled([catalog.status(), telemetry.status()]);
      return answers.every(({ status }) => status === 'fulfilled');
    },
  });
  deps.stack.push('notify', notify.close);
  await notify.start();
  return notify;
}
