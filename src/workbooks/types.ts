import type { Actor } from '../access/index.ts';

export interface Workbook {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly createdBy: string;
  /** How long each new version is locked. Fixed when the workbook is made. */
  readonly retentionDays: number;
  /** Number of the newest version; 0 when there is none. */
  readonly head: number;
}

/** What the bytes look like; for file names and content types, never trusted for parsing. */
export type WorkbookFormat = 'xlsx' | 'xlsm' | 'xlsb' | 'ods' | 'ole' | 'zip' | 'text' | 'other';

export type ScanState = 'unscanned' | 'clean' | 'quarantined';

/** One immutable snapshot; docs/formats/workbook-version.md. */
export interface WorkbookVersion {
  readonly workbook: string;
  /** 1, 2, 3 … in the order of commits. */
  readonly number: number;
  /** Hex SHA-256 of the bytes as they were given. */
  readonly sha256: string;
  /** `canonical-1:zip:<hex>` or `canonical-1:bytes:<hex>`; equal when only volatile parts differ. */
  readonly contentHash: string;
  readonly format: WorkbookFormat;
  readonly lengthBytes: number;
  /** Who says to have written it; `committedBy` is who was authenticated. */
  readonly author: string;
  readonly message: string;
  readonly committedMs: number;
  readonly committedBy: string;
  /** The version that was the newest when this one was committed; 0 for the first. */
  readonly parent: number;
  readonly restoredFrom?: number;
  readonly clientKey?: string;
  /** As acknowledged. The lock in the vault may have been extended since. */
  readonly retainUntilMs: number;
  /** Zones that held it durably when it was acknowledged. */
  readonly zones: readonly string[];
  readonly scan: ScanState;
  readonly scanDetail?: string;
}

/** A number, `latest`, or the SHA-256 of the bytes (the newest version with them). */
export type VersionRef = number | string;

export interface CommitRequest {
  readonly workbook: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly author?: string;
  readonly message?: string;
  /** Number or SHA-256 of the version the file was made from, or `none` for the first. */
  readonly expectedParent?: VersionRef;
  /** The same key with the same bytes is the same commit, however often it is sent. */
  readonly clientKey?: string;
  readonly createMissing?: boolean;
  /** Stores a new version also when the content is that of the newest one. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface CommitResult {
  readonly version: WorkbookVersion;
  /** True when the content is that of the newest version, which is then the one answered; nothing was stored. */
  readonly unchanged: boolean;
  /** True when this client key was answered before. */
  readonly repeated: boolean;
}

export type ScanVerdict =
  | { readonly type: 'clean'; readonly detail?: string }
  /** Nothing is stored and the commit fails. */
  | { readonly type: 'refuse'; readonly reason: string }
  /** It is stored, and cannot be read, compared or restored. */
  | { readonly type: 'quarantine'; readonly reason: string };

/** Where anti-malware attaches: asked before a commit is acknowledged. A scan that throws refuses the commit. */
export type Scan = (subject: {
  readonly workbook: string;
  readonly sha256: string;
  readonly lengthBytes: number;
  readonly format: WorkbookFormat;
  /** From the start; may be called again. */
  readonly read: () => AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}) => Promise<ScanVerdict>;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

export type CellValue = string | number | boolean | null;

export interface CellContent {
  /** Dates are the serial numbers that the file holds; errors are their text, such as `#REF!`. */
  readonly value: CellValue;
  readonly formula?: string;
}

export interface CellChange {
  readonly sheet: string;
  /** As in `B7`. */
  readonly cell: string;
  readonly type: 'added' | 'removed' | 'changed';
  /** What differs; a changed formula usually changes the value too. */
  readonly what: 'value' | 'formula' | 'both';
  readonly old?: CellContent;
  readonly new?: CellContent;
}

export interface ChangeCounts {
  readonly cellsAdded: number;
  readonly cellsRemoved: number;
  readonly cellsChanged: number;
  readonly formulasAdded: number;
  readonly formulasRemoved: number;
  readonly formulasChanged: number;
}

export interface SheetChange extends ChangeCounts {
  readonly name: string;
  readonly type: 'added' | 'removed' | 'renamed' | 'changed';
  readonly oldName?: string;
}

export type NotComparable =
  | 'encrypted'
  | 'damaged'
  | 'unsupported'
  | 'too-large'
  | 'hostile'
  | 'took-too-long'
  | 'quarantined';

interface ComparisonHead {
  readonly workbook: string;
  readonly from: WorkbookVersion;
  readonly to: WorkbookVersion;
  readonly sameBytes: boolean;
  readonly sameContent: boolean;
}

export type WorkbookComparison =
  | (ComparisonHead & {
      readonly type: 'compared';
      /** Only sheets that differ. */
      readonly sheets: readonly SheetChange[];
      readonly sheetsUnchanged: number;
      /** Exact, however many there are. */
      readonly totals: ChangeCounts;
      /** The first ones, sheet by sheet, row by row. */
      readonly changes: readonly CellChange[];
      /** True when there are more changes than `changes` holds, or a value was shortened. */
      readonly isCut: boolean;
    })
  | (ComparisonHead & {
      readonly type: 'not-comparable';
      readonly reason: NotComparable;
      readonly side: 'from' | 'to' | 'both';
      readonly detail: string;
    });

export interface RebuildReport {
  readonly itemsRead: number;
  readonly workbooksAdded: number;
  readonly versionsAdded: number;
  /** What could not be placed, and why; nothing of it is lost from the vault. */
  readonly problems: readonly { readonly vaultId: string; readonly problem: string }[];
  readonly problemCount: number;
}

/** The verbs. Each authorizes (workbooks:Read or workbooks:Write), does its work and leaves its audit record. */
export interface Workbooks {
  /** Throws `workbooks.exists`, `workbooks.name-invalid`, `workbooks.retention-invalid`. */
  readonly create: (
    actor: Actor,
    wanted: { readonly name: string; readonly retentionDays?: number },
  ) => Promise<Workbook>;
  /** By name. */
  readonly list: (
    actor: Actor,
    filter: { readonly prefix?: string; readonly limit: number; readonly nextToken?: string },
  ) => Promise<Page<Workbook>>;
  /** Throws `workbooks.not-found`. */
  readonly get: (actor: Actor, name: string) => Promise<Workbook>;
  /**
   * Resolves when a write quorum of zones holds the bytes and the catalog holds the row. Throws
   * `workbooks.parent-mismatch`, `workbooks.client-key-reused`, `workbooks.file-too-large`, `workbooks.scan-refused`
   * and the failures of the vault; after any of them the same commit may be sent again.
   */
  readonly commit: (actor: Actor, request: CommitRequest) => Promise<CommitResult>;
  /** Newest first. */
  readonly versions: (
    actor: Actor,
    filter: { readonly workbook: string; readonly limit: number; readonly nextToken?: string },
  ) => Promise<Page<WorkbookVersion>>;
  /** Throws `workbooks.version-not-found`. */
  readonly version: (actor: Actor, workbook: string, ref: VersionRef) => Promise<WorkbookVersion>;
  /** The bytes as they were committed. Throws `workbooks.quarantined`. */
  readonly read: (
    actor: Actor,
    workbook: string,
    ref: VersionRef,
    options?: { readonly zone?: string; readonly signal?: AbortSignal },
  ) => Promise<{ readonly version: WorkbookVersion; readonly bytes: AsyncIterable<Uint8Array> }>;
  /** Makes the bytes of an old version the newest version; the ones between stay. */
  readonly restore: (
    actor: Actor,
    request: {
      readonly workbook: string;
      readonly version: VersionRef;
      readonly message?: string;
      readonly expectedParent?: VersionRef;
      readonly clientKey?: string;
    },
  ) => Promise<CommitResult>;
  readonly compare: (
    actor: Actor,
    request: {
      readonly workbook: string;
      readonly from: VersionRef;
      readonly to: VersionRef;
      readonly signal?: AbortSignal;
    },
  ) => Promise<WorkbookComparison>;
  /** Adds to the catalog what the vault holds and the catalog does not. Changes nothing that is there. */
  readonly rebuild: (actor: Actor) => Promise<RebuildReport>;
}
