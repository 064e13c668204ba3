import type { Access } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Logs } from '../logs/index.ts';
import { createAlarmEngine, createMetricFilters, createMetricStore, createTraceStore } from '../metrics/index.ts';
import type { Alerting } from '../notify/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import type { StopStack } from './stop-stack.ts';

/** Opens points, spans, metric filters and alarms; alarms evaluate from here on. */
export async function openMetrics(deps: {
  readonly telemetry: TelemetryStore;
  readonly catalog: Catalog;
  readonly access: Access;
  readonly audit: Audit;
  readonly logs: Logs;
  readonly alerting: Alerting;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
}) {
  const { telemetry, catalog, audit, clock, stack, alerting, region, accountId } = deps;
  const { authorize, canRead } = deps.access;
  const log = deps.log.area('metrics');
  const metricStore = createMetricStore({ telemetry, clock, log });
  const traces = createTraceStore({
    ...{ telemetry, authorize, audit, clock, log },
    appendPoints: metricStore.appendPartly,
  });
  const { groups } = deps.logs;
  const metricFilters = await createMetricFilters({
    ...{ catalog, groups, store: metricStore, authorize, canRead, audit, clock, log },
  });
  stack.push('metric filters', metricFilters.close);
  const alarmEngine = await createAlarmEngine({
    ...{ store: metricStore, catalog, alerting, authorize, audit, clock, region, accountId },
    log: deps.log.area('alarms'),
  });
  stack.push('alarms', alarmEngine.close);
  return { metricStore, traces, metricFilters, alarmEngine, alarms: alarmEngine.service };
}
