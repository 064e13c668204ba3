import type { ScanState, Workbook, WorkbookFormat, WorkbookVersion } from '../types.ts';

/** The `kind` of all items of this area in the vault. */
export const VAULT_KIND = 'workbook';

/** What stands beside the bytes in the vault, enough to make the catalog anew; docs/formats/workbook-version.md. */
export interface VersionFacts {
  readonly workbook: Omit<Workbook, 'head'>;
  readonly version: Omit<WorkbookVersion, 'zones' | 'workbook'>;
}

type FlatFacts = Readonly<Record<string, string | number | boolean | null>>;

/** Flat, because facts are; each version is an item of its own, also when another one has the same bytes. */
export function writeFacts(facts: VersionFacts): FlatFacts {
  const { workbook, version } = facts;
  return {
    facts: 1,
    workbookId: workbook.id,
    workbook: workbook.name,
    workbookCreatedMs: workbook.createdMs,
    workbookCreatedBy: workbook.createdBy,
    retentionDays: workbook.retentionDays,
    number: version.number,
    parent: version.parent,
    sha256: version.sha256,
    contentHash: version.contentHash,
    format: version.format,
    lengthBytes: version.lengthBytes,
    author: version.author,
    message: version.message,
    committedMs: version.committedMs,
    committedBy: version.committedBy,
    retainUntilMs: version.retainUntilMs,
    restoredFrom: version.restoredFrom ?? null,
    clientKey: version.clientKey ?? null,
    scan: version.scan,
    scanDetail: version.scanDetail ?? null,
  };
}

const FORMATS: ReadonlySet<unknown> = new Set(['xlsx', 'xlsm', 'xlsb', 'ods', 'ole', 'zip', 'text', 'other']);
const SCANS: ReadonlySet<unknown> = new Set(['unscanned', 'clean', 'quarantined']);

/** Undefined when they are not of this form; the vault may hold what a later release wrote. */
export function readFacts(facts: Readonly<Record<string, unknown>>): VersionFacts | undefined {
  if (facts['facts'] !== 1) return undefined;
  const texts = TEXTS.every((name) => typeof facts[name] === 'string');
  const numbers = NUMBERS.every((name) => Number.isSafeInteger(facts[name]));
  if (!texts || !numbers || !FORMATS.has(facts['format']) || !SCANS.has(facts['scan'])) return undefined;
  const text = (name: string): string => String(facts[name]);
  const number = (name: string): number => Number(facts[name]);
  if (!/^[0-9a-f]{64}$/.test(text('sha256')) || number('number') < 1 || number('retentionDays') < 1) return undefined;
  return {
    workbook: {
      id: text('workbookId'),
      name: text('workbook'),
      createdMs: number('workbookCreatedMs'),
      createdBy: text('workbookCreatedBy'),
      retentionDays: number('retentionDays'),
    },
    version: {
      number: number('number'),
      parent: number('parent'),
      sha256: text('sha256'),
      contentHash: text('contentHash'),
      // Both were looked up in the sets of what these types hold.
      format: text('format') as WorkbookFormat,
      scan: text('scan') as ScanState,
      lengthBytes: number('lengthBytes'),
      author: text('author'),
      message: text('message'),
      committedMs: number('committedMs'),
      committedBy: text('committedBy'),
      retainUntilMs: number('retainUntilMs'),
      ...(Number.isSafeInteger(facts['restoredFrom']) ? { restoredFrom: number('restoredFrom') } : {}),
      ...(typeof facts['clientKey'] === 'string' ? { clientKey: facts['clientKey'] } : {}),
      ...(typeof facts['scanDetail'] === 'string' ? { scanDetail: facts['scanDetail'] } : {}),
    },
  };
}

const TEXTS = [
  'workbookId',
  'workbook',
  'workbookCreatedBy',
  'sha256',
  'contentHash',
  'author',
  'message',
  'committedBy',
] as const;
const NUMBERS = [
  'workbookCreatedMs',
  'retentionDays',
  'number',
  'parent',
  'lengthBytes',
  'committedMs',
  'retainUntilMs',
] as const;
