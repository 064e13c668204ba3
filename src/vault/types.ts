/** An object as one zone holds it. Names are lower-case letters, digits, `-`, `_`, `.` and `/`; at most 200 characters. */
export interface ZoneObject {
  readonly name: string;
  readonly lengthBytes: number;
  /** Hex SHA-256 of the stored bytes. */
  readonly sha256: string;
  /** Until then nothing can remove it; milliseconds since 1970. */
  readonly retainUntilMs: number;
  readonly legalHold: boolean;
  /** What the store calls this version, where it has versions. */
  readonly versionId?: string;
}

/** What a zone was seen to enforce, by trying it. */
export interface ZoneCapabilities {
  /** Another put under a taken name does not change what readers get. */
  readonly overwriteRefused: boolean;
  /** A locked object cannot be removed, by the credentials that Holdfast holds. */
  readonly deleteRefused: boolean;
  readonly shortenRefused: boolean;
  readonly extendWorks: boolean;
  readonly legalHoldWorks: boolean;
  /** Sentences about what the store does not enforce; shown on the trust page. */
  readonly caveats: readonly string[];
}

export interface ZoneAnomaly {
  readonly type: 'unexpected-version' | 'delete-marker' | 'lock-missing' | 'unknown-object';
  readonly name: string;
  readonly detail: string;
}

/**
 * One place that keeps objects. Every call is durable when it resolves, and what it reports was read back, never
 * believed. Failures are those of vault/failures.ts; `retryable` says whether the caller may try again.
 */
export interface ZoneDriver {
  /** For people; without credentials. */
  readonly location: string;
  /**
   * Writes whole objects of at most VAULT_LIMITS.objectBytesMax. The same name with the same bytes changes nothing
   * (but extends the lock); with other bytes it throws `vault.name-taken`.
   */
  readonly put: (
    object: {
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly sha256: string;
      readonly retainUntilMs: number;
    },
    signal?: AbortSignal,
  ) => Promise<ZoneObject>;
  /** Throws `vault.object-missing`; `vault.object-damaged` when the bytes are not those that were put. */
  readonly get: (name: string, signal?: AbortSignal) => Promise<Uint8Array>;
  readonly head: (name: string, signal?: AbortSignal) => Promise<ZoneObject | undefined>;
  /** Names in order after `after`; for scrub and for rebuilding. */
  readonly list: (prefix: string, after?: string, signal?: AbortSignal) => AsyncIterable<ZoneObject>;
  /** Later only; an earlier time throws `vault.lock-shorten-refused`. */
  readonly extend: (name: string, retainUntilMs: number) => Promise<ZoneObject>;
  readonly setLegalHold: (name: string, on: boolean) => Promise<ZoneObject>;
  /** Throws `vault.locked` before its time or under legal hold. */
  readonly remove: (name: string, nowMs: number) => Promise<void>;
  /** Replaces an object whose bytes rotted by the right ones; refused when the stored bytes are right. */
  readonly mend: (object: {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly sha256: string;
    readonly retainUntilMs: number;
  }) => Promise<ZoneObject>;
  /** Tries what the store claims to enforce, on objects of its own. */
  readonly probe: (nowMs: number) => Promise<ZoneCapabilities>;
  /** What stands in the store besides what was put there. */
  readonly anomalies: (known: ReadonlySet<string>) => AsyncIterable<ZoneAnomaly>;
  readonly freeBytes: () => Promise<number | undefined>;
  /** What lies under the zone on this machine; zones that say the same lose their copies together. */
  readonly medium?: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

export interface ZoneSpec {
  readonly name: string;
  /** What fails together: zones of one failure domain count once for durability. */
  readonly failureDomain: string;
  /** In another place than the machine that Holdfast runs on. */
  readonly remote: boolean;
  /** The device under the zone where the operator names it; then it counts in place of what can be seen. */
  readonly device?: string;
  readonly driver: ZoneDriver;
}

/** A thing that was put into the vault: its bytes, cut into objects, behind one name that is made of their hash. */
export interface VaultItem {
  /** `sha256:<hex>` of the plain bytes. */
  readonly id: string;
  readonly lengthBytes: number;
  readonly storedBytes: number;
  readonly createdMs: number;
  readonly retainUntilMs: number;
  readonly legalHold: boolean;
  /** Zones that held all of it when it was acknowledged. */
  readonly zones: readonly string[];
}

/** A stretch of the plain bytes of an item; what reaches past its end is left out. */
export interface ItemRange {
  readonly offset: number;
  readonly length: number;
}

/** The immutable store. Verbs that people reach authorize and audit in the areas above; this is the store itself. */
export interface Vault {
  /** Streams, cuts, compresses, encrypts, writes to all zones; resolves when a write quorum holds it durably. */
  readonly put: (
    bytes: AsyncIterable<Uint8Array>,
    options: {
      /** Such as `workbook`, `backup`, `audit`; part of the names, for listing and for rebuilding catalogs. */
      readonly kind: string;
      /** Small facts kept beside the bytes (encrypted), from which a catalog can be rebuilt. At most 16 KiB. */
      readonly facts: Readonly<Record<string, string | number | boolean | null>>;
      readonly retainUntilMs: number;
      readonly signal?: AbortSignal;
    },
  ) => Promise<VaultItem>;
  /**
   * From the first zone that has it whole; a damaged or missing copy is mended on the way (read-repair). With a range,
   * only the objects that hold it are read; each is held to its own checksum, the hash of the whole item is not.
   */
  readonly get: (
    id: string,
    options?: { readonly zone?: string; readonly range?: ItemRange; readonly signal?: AbortSignal },
  ) => AsyncIterable<Uint8Array>;
  readonly head: (id: string) => Promise<VaultItem | undefined>;
  readonly list: (kind: string) => AsyncIterable<VaultItem & { readonly facts: Readonly<Record<string, unknown>> }>;
  readonly extend: (id: string, retainUntilMs: number) => Promise<VaultItem>;
  readonly setLegalHold: (id: string, on: boolean) => Promise<VaultItem>;
}
