import type { Actor } from '../access/index.ts';
import type { Clock } from '../base/index.ts';
import type { ErrorPipeline, IssueTracking, Projects } from '../issues/index.ts';
import type { Notify } from '../notify/index.ts';

export interface ErrorProbeDeps {
  /** Of the server's own port; asked at each run, because port 0 is known only after start. */
  readonly origin: () => string;
  readonly projects: Pick<Projects, 'internal'>;
  readonly issues: Pick<IssueTracking['verbs'], 'list' | 'event' | 'change'>;
  readonly pipeline: Pick<ErrorPipeline, 'status'>;
  readonly notify: Pick<Notify, 'channels'>;
  /** The part of Holdfast that measures: only it may make the channel of the probe. */
  readonly actor: Actor;
  readonly clock: Clock;
  readonly cadenceMs: number;
}
