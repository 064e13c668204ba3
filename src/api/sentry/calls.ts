import type { IncomingMessage } from 'node:http';
import type { Access, Actor } from '../../access/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Admission, EdgeContext } from '../../ingest/index.ts';
import type { ArtifactUploads, IssueVerbs, ProjectDirectory, ReleaseVerbs, StoredEvent } from '../../issues/index.ts';

export interface SentryApiDeps {
  readonly authenticateBearer: Access['authenticateBearer'];
  readonly authorize: Access['authorize'];
  readonly projects: Pick<ProjectDirectory, 'all' | 'byId' | 'bySlug'>;
  readonly releases: ReleaseVerbs;
  readonly uploads: ArtifactUploads;
  readonly issues: Pick<IssueVerbs, 'list' | 'change'>;
  /** Newest first; authorizes and audits. */
  readonly events: (
    actor: Actor,
    projectId: string,
    page: { readonly limit: number },
  ) => Promise<readonly Omit<StoredEvent, 'payload'>[]>;
  readonly monitors: (
    actor: Actor,
  ) => Promise<readonly { readonly slug: string; readonly name: string; readonly isActive: boolean }[]>;
  /** Shared with every other HTTP edge. */
  readonly admission: Admission;
  readonly clock: Clock;
  readonly log: Log;
  /** The address that clients reach this server by; what they ask for by its Host header when absent. */
  readonly publicUrl?: string;
}

/** A request that was authenticated and whose route was found. */
export interface SentryCall {
  readonly deps: SentryApiDeps;
  readonly actor: Actor;
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
  /** Parts of the path by their name in the route. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  /** Base of addresses in answers, without a slash at its end. */
  readonly baseUrl: string;
}

export interface SentryAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type SentryHandler = (call: SentryCall) => Promise<SentryAnswer>;

export interface SentryRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under `/api/0/`, with `{name}` for a part that is given; slashes at the end do not matter. */
  readonly path: string;
  readonly handle: SentryHandler;
}
