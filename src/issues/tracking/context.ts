import type { Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Redactor } from '../../redact/index.ts';
import type { ReleaseOrder } from '../releases/index.ts';
import type { Group, ProjectDirectory } from '../types.ts';
import type { HashCache } from './hash-cache.ts';
import type { IssueEvents, PeopleDirectory } from './ports.ts';
import type { SignalBell } from './signals.ts';
import type { InTurn } from './turns.ts';

export interface IssueTrackingDeps {
  readonly catalog: Catalog;
  readonly projects: ProjectDirectory;
  readonly releases: ReleaseOrder;
  readonly people: PeopleDirectory;
  readonly events: IssueEvents;
  /** For "why is this here": groups an event again by the rules of today. */
  readonly group: Group;
  /** Comments are redacted too: people paste what they see. */
  readonly redactor: Redactor;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

/** What every part of this folder works with. */
export interface TrackingContext extends IssueTrackingDeps {
  readonly inTurn: InTurn;
  readonly hashes: HashCache;
  readonly bell: SignalBell;
}
