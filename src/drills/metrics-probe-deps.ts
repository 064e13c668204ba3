import type { Actor } from '../access/index.ts';
import type { Clock } from '../base/index.ts';
import type { AlarmService, Collectors, MetricStore } from '../metrics/index.ts';
import type { Notify } from '../notify/index.ts';
import type { ProbeClients, ProbeKey } from './probe-clients.ts';

export interface MetricsProbeDeps {
  readonly clients: Pick<ProbeClients, 'putMetric'>;
  /** May write metrics, and no more. */
  readonly sender: ProbeKey;
  /** The part of Holdfast that measures: only it may make the channel of the probe. */
  readonly actor: Actor;
  readonly metricStore: Pick<MetricStore, 'query'>;
  readonly alarms: Pick<AlarmService, 'putMetricAlarm' | 'deleteAlarms' | 'describeAlarms'>;
  readonly notify: Pick<Notify, 'channels'>;
  readonly collectors: Pick<Collectors, 'status'>;
  readonly clock: Clock;
  readonly cadenceMs: number;
}
