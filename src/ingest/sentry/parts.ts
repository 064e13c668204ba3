import type { Project, ProjectDirectory } from '../../issues/index.ts';
import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { Admission } from '../admission.ts';
import type { IngestCounters } from '../counters.ts';
import type { Cleaner } from '../sink/clean-record.ts';
import type { DeliverDeps } from './deliver.ts';
import type { RateLimits } from './rate-limits.ts';

export interface SentryEdgeDeps extends DeliverDeps {
  readonly directory: ProjectDirectory;
  readonly redactor: Redactor;
  readonly counters: IngestCounters;
  /** By default the edge has its own, because anybody who reads a web page knows the key of its DSN. */
  readonly admission?: Admission;
  /** What was masked in spans and points of one request; called once they are durable. */
  readonly onRedaction?: (report: RedactionReport, seen: { readonly records: number; readonly bytes: number }) => void;
}

/** What lives as long as the edge. */
export interface SentryParts extends SentryEdgeDeps {
  readonly admission: Admission;
  readonly cleaner: Cleaner;
  readonly rateLimits: RateLimits;
}

/** One request whose sender is known. */
export interface KnownSender {
  readonly project: Project;
  readonly client: string;
}
