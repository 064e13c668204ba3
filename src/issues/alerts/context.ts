import type { Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import type { AlertOutbox } from '../outbox/index.ts';
import type { IssueReads } from '../tracking/index.ts';
import type { ProjectDirectory } from '../types.ts';
import type { EventReads } from './event-facts.ts';
import type { PipelineView, SignalSource } from './types.ts';

export interface IssueAlertsDeps {
  readonly catalog: Catalog;
  readonly projects: Pick<ProjectDirectory, 'byId' | 'all'>;
  readonly signals: SignalSource;
  readonly issues: IssueReads;
  readonly telemetry: Pick<TelemetryStore, 'query'>;
  /** How the processing of events is doing; without it nobody is told that it stands still. */
  readonly pipeline?: () => PipelineView;
  /** Takes what is to be told; started and closed by who made it. */
  readonly outbox: Pick<AlertOutbox, 'wake' | 'settled'>;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

export interface IssueAlertsContext extends Omit<IssueAlertsDeps, 'telemetry'> {
  readonly events: EventReads;
  /** Decisions are made one after the other, so that their transactions do not collide. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
}
