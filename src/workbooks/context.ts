import type { Authorize } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Vault } from '../vault/index.ts';
import type { Turns } from './turns.ts';
import type { Scan } from './types.ts';

export interface WorkbooksDeps {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** Without one, versions are stored as `unscanned`. */
  readonly scan?: Scan;
  /** Where files above WORKBOOKS_LIMITS.spoolMemoryBytes wait, encrypted; default is the system's temporary folder. */
  readonly spoolFolder?: string;
  /** What a workbook gets when its creator says nothing; default WORKBOOKS_LIMITS.retentionDays. */
  readonly retentionDays?: number;
}

/** What every verb of this area works with. */
export interface WorkbooksContext extends WorkbooksDeps {
  readonly spoolFolder: string;
  readonly retentionDays: number;
  /** Commits to one workbook run one after the other, and so do comparisons. */
  readonly turns: Turns;
}
