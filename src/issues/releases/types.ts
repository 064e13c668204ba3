import type { Actor } from '../../access/index.ts';

/** A version of software that projects ran, made by a person, by sentry-cli, or by the first event that named it. */
export interface Release {
  /** As given: `shop@1.4.2+310`, a commit, anything. One release is known to all projects that name it. */
  readonly version: string;
  readonly parsed: ParsedVersion;
  readonly status: 'open' | 'archived';
  readonly createdMs: number;
  /** When it was finalized; absent while it is being prepared. */
  readonly releasedMs?: number;
  readonly url: string;
  readonly ref: string;
  readonly projects: readonly ReleaseInProject[];
  readonly commitCount: number;
  readonly deployCount: number;
  readonly artifactCount: number;
  readonly lastDeploy?: Deploy;
  readonly lastCommit?: Commit;
  readonly authors: readonly string[];
}

export interface ReleaseInProject {
  readonly projectId: string;
  readonly firstEventMs?: number;
  readonly lastEventMs?: number;
  /** Issues whose first event was of this release. */
  readonly newIssues: number;
}

/** What a version says by its form: `package@version+build`. */
export interface ParsedVersion {
  /** Empty when there is none. */
  readonly package: string;
  /** What stands after the `@`, or all of it. */
  readonly version: string;
  readonly build: string;
  /** Short, for people: the version with its build, or the first twelve digits of a hash. */
  readonly short: string;
  /** `1.2.3-rc.1`; absent when the version is not one that semver can order. */
  readonly semver?: string;
}

export interface Deploy {
  readonly id: string;
  readonly version: string;
  readonly environment: string;
  readonly name: string;
  readonly url: string;
  readonly startedMs?: number;
  readonly finishedMs: number;
  /** Empty: those of the release. */
  readonly projectIds: readonly string[];
}

export interface Commit {
  readonly id: string;
  readonly repository: string;
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly atMs?: number;
  readonly files: readonly CommitFile[];
}

export interface CommitFile {
  readonly path: string;
  /** Added, modified, deleted. */
  readonly type: 'A' | 'M' | 'D';
}

/** What was uploaded at once: the files of a zip with a manifest. */
export interface ArtifactBundle {
  readonly id: string;
  /** Hex SHA-1 of the zip, as the uploader named it. */
  readonly checksum: string;
  readonly blobId: string;
  readonly bytes: number;
  readonly fileCount: number;
  readonly projectIds: readonly string[];
  /** Empty when the files are found by debug ids alone. */
  readonly release: string;
  readonly dist: string;
  readonly uploadedMs: number;
  readonly uploadedBy: string;
  readonly keepUntilMs: number;
  readonly lastUsedMs?: number;
}

export type ArtifactFileType = 'minified_source' | 'source_map' | 'source' | 'indexed_ram_bundle' | 'other';

export interface ArtifactFile {
  readonly id: string;
  readonly bundleId: string;
  readonly path: string;
  /** `~/static/app.min.js`; empty when it has none. */
  readonly url: string;
  readonly type: ArtifactFileType;
  /** Lower-case hexadecimal with hyphens; empty when it has none. */
  readonly debugId: string;
  /** What the `sourcemap` header of a minified file names. */
  readonly sourceMapUrl: string;
  readonly bytes: number;
}

/** What E4's tracker asks: which of two releases is later. */
export interface ReleaseOrder {
  /**
   * Orders the releases of one project as they are known now. Versions of the same package that are both semantic are
   * ordered by semver (build numbers break ties); any others by when they were released, else made. A version that
   * nobody knows is taken as made now.
   */
  readonly ofProject: (projectId: string) => Promise<ProjectReleases>;
}

export interface ProjectReleases {
  /** Below zero when `a` is earlier than `b`; zero when they are the same or cannot be told apart. */
  readonly compare: (a: string, b: string) => number;
  /**
   * The newest one that is not archived: when the release that was made last is semantic, the highest version of its
   * package, else the one that was made last. Undefined when the project has none.
   */
  readonly newest: string | undefined;
  readonly has: (version: string) => boolean;
}

/** Events and sessions tell which releases run; asked by the processor batch after batch. */
export interface ReleaseSightings {
  /** Makes releases that are not known and moves the times of their first and last event or session; idempotent. */
  readonly seen: (
    sightings: readonly { readonly projectId: string; readonly version: string; readonly timeMs: number }[],
  ) => Promise<void>;
}

export interface ReleaseFilter {
  readonly projectIds?: readonly string[];
  /** A part of the version. */
  readonly query?: string;
  readonly status?: 'open' | 'archived';
  readonly cursor?: string;
  readonly limit: number;
}

export interface NewRelease {
  readonly version: string;
  readonly projectIds: readonly string[];
  readonly url?: string;
  readonly ref?: string;
  readonly startedMs?: number;
  readonly releasedMs?: number;
}

export interface ReleaseChange {
  readonly url?: string;
  readonly ref?: string;
  readonly startedMs?: number;
  readonly releasedMs?: number;
  readonly status?: 'open' | 'archived';
  readonly addProjectIds?: readonly string[];
}

export interface NewDeploy {
  readonly environment: string;
  readonly name?: string;
  readonly url?: string;
  readonly startedMs?: number;
  readonly finishedMs?: number;
  readonly projectIds?: readonly string[];
}

export type NewCommit = Partial<Commit> & Pick<Commit, 'id'>;

export interface ReleasePage<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** Verbs that people and their tools reach; each authorizes (`releases:Read`, `releases:Write` of a project) and audits. */
export interface ReleaseVerbs {
  /** Newest first, of the projects that the actor may read. */
  readonly list: (actor: Actor, filter: ReleaseFilter) => Promise<ReleasePage<Release>>;
  readonly get: (actor: Actor, version: string) => Promise<Release>;
  /** The same version again adds its projects and what is new. */
  readonly create: (
    actor: Actor,
    release: NewRelease,
  ) => Promise<{ readonly release: Release; readonly created: boolean }>;
  readonly update: (actor: Actor, version: string, change: ReleaseChange) => Promise<Release>;
  /** Throws `releases.in-use` while events of it are stored; archive it instead. */
  readonly remove: (actor: Actor, version: string) => Promise<void>;
  readonly deploys: (actor: Actor, version: string) => Promise<readonly Deploy[]>;
  readonly deploy: (actor: Actor, version: string, deploy: NewDeploy) => Promise<Deploy>;
  readonly commits: (actor: Actor, version: string) => Promise<readonly Commit[]>;
  /** Replaces what was set before. */
  readonly setCommits: (actor: Actor, version: string, commits: readonly NewCommit[]) => Promise<Release>;
  readonly artifacts: (
    actor: Actor,
    filter: {
      readonly projectId?: string;
      readonly release?: string;
      readonly query?: string;
      readonly cursor?: string;
      readonly limit: number;
    },
  ) => Promise<ReleasePage<ArtifactBundle>>;
  readonly artifactFiles: (
    actor: Actor,
    bundleId: string,
    page: { readonly cursor?: string; readonly limit: number },
  ) => Promise<ReleasePage<ArtifactFile>>;
  /** Forgets a bundle; its bytes stay locked in the vault until their time. */
  readonly removeArtifacts: (actor: Actor, bundleId: string) => Promise<void>;
}
