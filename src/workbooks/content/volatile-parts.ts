import type { WorkbookFormat } from '../types.ts';

/**
 * Which parts of a container change by saving alone: canonical-1. A part that is `dropped` says nothing that the
 * other parts do not say; of one that is `stripped` the volatile elements are taken out. Everything else counts as
 * content, so that in doubt a save is a change and is stored.
 */
export function volatilityOf(format: WorkbookFormat, name: string): 'dropped' | 'stripped' | 'content' {
  if (format === 'ods') {
    if (name === 'meta.xml') return 'stripped';
    return name.startsWith('Thumbnails/') ? 'dropped' : 'content';
  }
  if (name === 'docProps/core.xml') return 'stripped';
  // app.xml is what the saving program says of itself; calcChain the order in which it computed last.
  if (name === 'docProps/app.xml' || name === 'xl/calcChain.xml' || name === 'xl/calcChain.bin') return 'dropped';
  return name.startsWith('docProps/thumbnail.') ? 'dropped' : 'content';
}

// Times, counts of saves and who saved last. Elements of OPC core properties (ECMA-376-2, 11) and of OpenDocument
// metadata (ODF 1.3 part 3, 4.3), under the prefixes that all known producers use; under others they count as content.
const VOLATILE_ELEMENTS = [
  'dcterms:created',
  'dcterms:modified',
  'cp:lastModifiedBy',
  'cp:lastPrinted',
  'cp:revision',
  'meta:creation-date',
  'meta:document-statistic',
  'meta:editing-cycles',
  'meta:editing-duration',
  'meta:generator',
  'meta:print-date',
  'meta:printed-by',
  'dc:date',
].join('|');

// An element without children: neither pattern can match across a tag, so matching is linear.
const VOLATILE = new RegExp(`<(${VOLATILE_ELEMENTS})(?:\\s[^<>]*)?(?:/>|>[^<]*</\\1\\s*>)`, 'g');

/** The text of a property part without what changes by saving alone. */
export const withoutVolatile = (xml: string): string => xml.replace(VOLATILE, '');
