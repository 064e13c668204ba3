import type { Actor } from '../../access/index.ts';
import type { DataCategory, Outcome, Project, ProjectDirectory, ProjectKey, ProjectSettings } from '../types.ts';

/** A project with what people want to see of it at first sight. */
export interface ProjectListed extends Project {
  /** Of the last 24 hours, in events, items and whatever else was sent. */
  readonly acceptedLastDay: number;
  readonly refusedLastDay: number;
  readonly lastAcceptedMs?: number;
}

export interface ProjectRequest {
  readonly name: string;
  /** Made of the name when absent. */
  readonly slug?: string;
  readonly platform?: string;
}

/** What people may set; which algorithm was used before is remembered by the verb itself. */
export type SettingsChange = Partial<Omit<ProjectSettings, 'previousGroupingVersion' | 'previousUntilMs'>>;

export interface ProjectChange {
  readonly name?: string;
  readonly slug?: string;
  readonly platform?: string;
  readonly settings?: SettingsChange;
}

/** What happened to what was sent, in equal steps. */
export interface OutcomeSeries {
  readonly timesMs: readonly number[];
  readonly stepMs: number;
  readonly series: readonly {
    readonly category: DataCategory;
    readonly itemType: string;
    readonly outcome: Outcome;
    readonly reason: string;
    readonly total: number;
    readonly quantities: readonly number[];
  }[];
}

export interface RuleMistake {
  readonly rules: 'fingerprint' | 'enhancement';
  /** Both start at 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

/** What projects need to know of grouping, which they do not do. */
export interface GroupingWords {
  readonly versions: readonly string[];
  readonly defaultVersion: string;
  readonly mistakes: (rules: {
    readonly fingerprintRules: string;
    readonly enhancementRules: string;
  }) => readonly RuleMistake[];
}

/** `project` is an id or a slug everywhere. */
export interface ProjectVerbs {
  readonly list: (actor: Actor, options?: { readonly internal?: boolean }) => Promise<readonly ProjectListed[]>;
  readonly get: (actor: Actor, project: string) => Promise<ProjectListed>;
  readonly create: (
    actor: Actor,
    request: ProjectRequest,
  ) => Promise<{ readonly project: Project; readonly key: ProjectKey }>;
  readonly change: (actor: Actor, project: string, change: ProjectChange) => Promise<Project>;
  /** `confirm` is the project's name, typed again. Its issues and events go after it, also across a restart. */
  readonly remove: (actor: Actor, project: string, confirm: string) => Promise<void>;
  readonly keys: (actor: Actor, project: string) => Promise<readonly ProjectKey[]>;
  readonly createKey: (actor: Actor, project: string, label?: string) => Promise<ProjectKey>;
  readonly changeKey: (
    actor: Actor,
    project: string,
    publicKey: string,
    change: { readonly label?: string; readonly isActive?: boolean },
  ) => Promise<ProjectKey>;
  readonly outcomes: (
    actor: Actor,
    project: string,
    range: { readonly fromMs: number; readonly toMs: number },
  ) => Promise<OutcomeSeries>;
}

/** Removes what an area holds of a deleted project; run again after a crash, so it must bear repetition. */
export type ProjectEraser = (project: { readonly id: string; readonly slug: string }) => Promise<void>;

export interface Projects {
  readonly directory: ProjectDirectory;
  readonly verbs: ProjectVerbs;
  /** The project and key that Holdfast sends its own canaries with, made on the first call. */
  readonly internal: () => Promise<{ readonly project: Project; readonly key: ProjectKey }>;
  /** Erasers run in the order in which they were given; only then is a deleted project forgotten. */
  readonly whenErased: (part: string, erase: ProjectEraser) => void;
  /** Starts writing counts, and goes on with deletions that a stop interrupted. */
  readonly start: () => void;
  readonly close: () => Promise<void>;
}
