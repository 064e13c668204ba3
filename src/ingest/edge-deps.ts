import type { Clock, Log } from '../base/index.ts';
import type { Sink } from '../logs/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { Admission } from './admission.ts';
import type { AuthenticateBearer } from './bearer.ts';
import type { IngestCounters } from './counters.ts';
import type { SignalDeps } from './otlp/signals.ts';

/** What the OTLP and NDJSON edges need. */
export interface EdgeDeps {
  readonly sink: Sink;
  /** Where metrics and spans go; without it they are declined by partial success. */
  readonly signals?: SignalDeps;
  readonly authenticateBearer: AuthenticateBearer;
  readonly redactor: Redactor;
  readonly counters: IngestCounters;
  /** Shared with every other HTTP edge. */
  readonly admission: Admission;
  readonly clock: Clock;
  readonly log: Log;
}
