import { z } from '@hono/zod-openapi';

/** The part of the JSON API about workbooks and the vault; times are milliseconds since 1970. */
export const workbookBody = z.object({
  id: z.string(),
  name: z.string(),
  createdMs: z.number(),
  createdBy: z.string(),
  retentionDays: z.number(),
  /** Number of the newest version; 0 when there is none. */
  head: z.number(),
});
export const workbooksBody = z.object({ workbooks: z.array(workbookBody), nextPageToken: z.string().optional() });
export const workbookCreateBody = z.object({ name: z.string(), retentionDays: z.number().int().optional() });
export const workbookVersionBody = z.object({
  workbook: z.string(),
  number: z.number(),
  /** Hex SHA-256 of the bytes as they were committed. */
  sha256: z.string(),
  contentHash: z.string(),
  format: z.string(),
  lengthBytes: z.number(),
  author: z.string(),
  message: z.string(),
  committedMs: z.number(),
  committedBy: z.string(),
  parent: z.number(),
  restoredFrom: z.number().optional(),
  clientKey: z.string().optional(),
  retainUntilMs: z.number(),
  zones: z.array(z.string()),
  scan: z.enum(['unscanned', 'clean', 'quarantined']),
  scanDetail: z.string().optional(),
});
export const workbookVersionsBody = z.object({
  workbook: workbookBody,
  versions: z.array(workbookVersionBody),
  nextPageToken: z.string().optional(),
});
/** Answer to a commit: the body of the request is the file itself. */
export const commitBody = z.object({
  version: workbookVersionBody,
  /** True when the content is that of the newest version, which is then the one answered; nothing was stored. */
  unchanged: z.boolean(),
  repeated: z.boolean(),
});
export const workbookRestoreBody = z.object({
  version: z.string(),
  message: z.string().max(2000).optional(),
  expectedParent: z.string().optional(),
  clientKey: z.string().optional(),
});
const cellContent = z.object({
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  formula: z.string().optional(),
});
const changeCounts = z.object({
  cellsAdded: z.number(),
  cellsRemoved: z.number(),
  cellsChanged: z.number(),
  formulasAdded: z.number(),
  formulasRemoved: z.number(),
  formulasChanged: z.number(),
});
export const comparisonBody = z.object({
  workbook: z.string(),
  from: workbookVersionBody,
  to: workbookVersionBody,
  sameBytes: z.boolean(),
  sameContent: z.boolean(),
  type: z.enum(['compared', 'not-comparable']),
  /** With type `compared`: */
  sheets: z
    .array(changeCounts.extend({ name: z.string(), type: z.string(), oldName: z.string().optional() }))
    .optional(),
  sheetsUnchanged: z.number().optional(),
  totals: changeCounts.optional(),
  changes: z
    .array(
      z.object({
        sheet: z.string(),
        cell: z.string(),
        type: z.enum(['added', 'removed', 'changed']),
        what: z.enum(['value', 'formula', 'both']),
        old: cellContent.optional(),
        new: cellContent.optional(),
      }),
    )
    .optional(),
  isCut: z.boolean().optional(),
  /** With type `not-comparable`: */
  reason: z.string().optional(),
  side: z.enum(['from', 'to', 'both']).optional(),
  detail: z.string().optional(),
});

export const zoneBody = z.object({
  zone: z.string(),
  location: z.string(),
  failureDomain: z.string(),
  remote: z.boolean(),
  state: z.enum(['in-step', 'behind', 'comparing', 'away']),
  missingItems: z.number(),
  behindSinceMs: z.number().optional(),
  problem: z.string().optional(),
  freeBytes: z.number().optional(),
  /** What the store was seen not to enforce. */
  caveats: z.array(z.string()),
});
export const scrubBody = z.object({
  startedMs: z.number(),
  finishedMs: z.number().optional(),
  objects: z.number(),
  copies: z.number(),
  bytes: z.number(),
  found: z.number(),
  mended: z.number(),
  unmended: z.number(),
  repairMsMax: z.number(),
  problems: z.array(
    z.object({ zone: z.string(), name: z.string(), type: z.string(), detail: z.string(), mended: z.boolean() }),
  ),
  away: z.array(z.string()),
});
export const durabilityBody = z.object({
  nines: z.number(),
  annualLoss: z.number(),
  reachesEleven: z.boolean(),
  sentence: z.string(),
  inputs: z.array(z.object({ name: z.string(), text: z.string(), source: z.string(), reason: z.string() })),
  improvements: z.array(z.string()),
  empirical: z.string(),
});
export const vaultBody = z.object({
  writeQuorum: z.number(),
  zones: z.array(zoneBody),
  scrub: scrubBody.optional(),
  durability: durabilityBody,
});

export type WorkbookBody = z.infer<typeof workbookBody>;
export type WorkbooksBody = z.infer<typeof workbooksBody>;
export type WorkbookVersionBody = z.infer<typeof workbookVersionBody>;
export type WorkbookVersionsBody = z.infer<typeof workbookVersionsBody>;
export type CommitBody = z.infer<typeof commitBody>;
export type ComparisonBody = z.infer<typeof comparisonBody>;
export type VaultBody = z.infer<typeof vaultBody>;
export type ZoneBody = z.infer<typeof zoneBody>;
export type ScrubBody = z.infer<typeof scrubBody>;
