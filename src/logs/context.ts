import type { Actor, Authorize } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import type { GroupRegistry } from './groups/group-registry.ts';
import type { WriteNotes } from './groups/write-notes.ts';

export interface LogsDeps {
  readonly catalog: Catalog;
  readonly telemetry: TelemetryStore;
  readonly authorize: Authorize;
  /** Whether the actor may read the records of a group: access's own answer, without an audit record. */
  readonly canRead: (actor: Actor, logGroup: string) => boolean;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

/** What every verb of this area works with. */
export interface LogsContext extends LogsDeps {
  readonly registry: GroupRegistry;
  readonly notes: WriteNotes;
}
