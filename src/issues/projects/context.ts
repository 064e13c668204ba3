import type { Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock, Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { DirectoryMemory } from './directory.ts';
import type { OutcomeCounts } from './outcome-counts.ts';
import type { GroupingWords, ProjectEraser } from './types.ts';

export interface ProjectsDeps {
  readonly catalog: Catalog;
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly grouping: GroupingWords;
  readonly clock: Clock;
  readonly log: Log;
}

/** What every verb of projects works with. */
export interface ProjectsContext extends ProjectsDeps {
  readonly memory: DirectoryMemory;
  readonly counts: OutcomeCounts;
  readonly erasers: { readonly part: string; readonly erase: ProjectEraser }[];
  /** Tells the eraser that there is something to do. */
  readonly wakeEraser: () => void;
}
