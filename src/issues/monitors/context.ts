import type { Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Redactor } from '../../redact/index.ts';
import type { AlertOutbox } from '../outbox/index.ts';
import type { ProjectDirectory } from '../types.ts';
import type { Turns } from './turns.ts';

export interface MonitorsDeps {
  readonly catalog: Catalog;
  readonly projects: Pick<ProjectDirectory, 'byId' | 'all'>;
  /** Takes what is to be told; started and closed by who made it. */
  readonly outbox: Pick<AlertOutbox, 'wake'>;
  readonly redactor: Pick<Redactor, 'text'>;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

export interface MonitorsContext extends MonitorsDeps {
  /** Changes happen one after the other, so that their transactions do not collide. */
  readonly turns: Turns;
}
