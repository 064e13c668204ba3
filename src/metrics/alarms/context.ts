import type { Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Alerting } from '../../notify/index.ts';
import type { MetricStore } from '../types.ts';
import type { AlarmArns } from './alarm-record.ts';
import type { OutboxDelivery } from './deliver-outbox.ts';
import type { PutQueue } from './put-batch.ts';
import type { Registry } from './registry.ts';

export interface AlarmEngineDeps {
  readonly store: Pick<MetricStore, 'subscribe' | 'query'>;
  readonly catalog: Catalog;
  readonly alerting: Alerting;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** Those of the AWS edge; they make the ARNs. */
  readonly region: string;
  readonly accountId: string;
}

/** What every part of alarms works with. */
export interface AlarmsContext extends Omit<AlarmEngineDeps, 'region' | 'accountId'> {
  readonly arns: AlarmArns;
  readonly registry: Registry;
  readonly outbox: OutboxDelivery;
  readonly puts: PutQueue;
}

/** True when another alarm looks at this one: it then raises nothing of its own accord. */
export const isWatched = (context: AlarmsContext, name: string): boolean =>
  context.registry.parentsOf(name).length > 0 || context.registry.suppressedBy(name).length > 0;
