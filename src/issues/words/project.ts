export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export interface Project {
  /** Decimal digits, as DSNs need it. */
  readonly id: string;
  /** Lower-case letters, digits and hyphens; what sentry-cli calls it by. */
  readonly slug: string;
  readonly name: string;
  /** `node`, `javascript`, `python`, …: which snippet the console shows. */
  readonly platform: string;
  readonly createdMs: number;
  /** The project that Holdfast proves M6 with: left out of lists unless asked for. */
  readonly isInternal: boolean;
  readonly settings: ProjectSettings;
}

export interface ProjectSettings {
  readonly retentionDays: number;
  /** See grouping/: which algorithm groups new events. The one before it is asked too until `previousUntilMs`. */
  readonly groupingVersion: string;
  readonly previousGroupingVersion?: string;
  readonly previousUntilMs?: number;
  /** Text in the language of fingerprint rules and of stack trace (enhancement) rules, as people typed it. */
  readonly fingerprintRules: string;
  readonly enhancementRules: string;
  /** Origins of browsers that may send; `*` for any. */
  readonly allowedOrigins: readonly string[];
  /** Per minute and category; a category that is absent has the default of SENTRY_LIMITS. */
  readonly limitsPerMinute: Readonly<Partial<Record<DataCategory, number>>>;
  /** What is kept besides events. What is not kept is counted with the reason `not-kept`. */
  readonly keeps: {
    readonly attachments: boolean;
    readonly replays: boolean;
    readonly profiles: boolean;
    /** Off by default: memory of a process cannot be searched for secrets. */
    readonly minidumps: boolean;
  };
  /** Issues that were not seen for so long are resolved by themselves; 0 never. */
  readonly resolveAfterDays: number;
}

export interface ProjectKey {
  readonly projectId: string;
  /** 32 hex digits: the user part of a DSN. It allows sending and nothing else. */
  readonly publicKey: string;
  readonly label: string;
  readonly isActive: boolean;
  readonly createdMs: number;
  readonly lastUsedMs?: number;
}

/** Sentry's data categories, by which limits and outcomes are counted. */
export const DATA_CATEGORIES = [
  'error',
  'transaction',
  'span',
  'log_item',
  'monitor',
  'session',
  'attachment',
  'profile',
  'replay',
  'feedback',
  'trace_metric',
  'security',
  'default',
  'internal',
] as const;
export type DataCategory = (typeof DATA_CATEGORIES)[number];

/** What became of something that was sent. `client-discard` is what an SDK says that it threw away itself. */
export type Outcome = 'accepted' | 'rate-limited' | 'filtered' | 'invalid' | 'duplicate' | 'client-discard' | 'unknown';

export interface OutcomeCount {
  readonly projectId: string;
  readonly category: DataCategory;
  /** The item type as it was sent, for what has no category of its own. */
  readonly itemType: string;
  readonly outcome: Outcome;
  /** Kebab case for ours, as sent for those of clients: `not-kept`, `quota`, `before_send`, … */
  readonly reason: string;
  readonly quantity: number;
}

/** What the edge finds a project by; answered from memory, never from the database per request. */
export interface ProjectDirectory {
  /** Undefined when there is no such project or the key is not one of its active keys. */
  readonly find: (projectId: string, publicKey: string) => Project | undefined;
  readonly byId: (projectId: string) => Project | undefined;
  readonly bySlug: (slug: string) => Project | undefined;
  readonly all: () => readonly Project[];
  /** Counted in memory and written every few seconds. */
  readonly count: (counts: readonly OutcomeCount[]) => void;
}
