import type { Authorize, Secrets } from '../../access/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Redactor } from '../../redact/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import type { ReleaseSightings } from '../releases/index.ts';
import type { ProjectDirectory } from '../types.ts';

export interface SessionHealthDeps {
  readonly catalog: Catalog;
  readonly telemetry: Pick<TelemetryStore, 'appendErrorSessions' | 'query'>;
  readonly projects: Pick<ProjectDirectory, 'byId'>;
  readonly redactor: Pick<Redactor, 'text'>;
  /** Told of the releases that sessions name, so that one that never failed is known too. */
  readonly releases: Pick<ReleaseSightings, 'seen'>;
  /** Seals the salt of users, so that the store alone does not tell who they were. */
  readonly secrets: Secrets;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly log: Log;
}
