import { zipSync } from 'fflate';
import { isFailure } from '../../base/index.ts';
import { openContainer, type Part } from '../content/open-container.ts';
import { randomBytesOf } from '../content/random-bytes.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { BookReading } from './book.ts';

/** Parts that cells may come from. Of pictures, macros and what is embedded only the names are handed on. */
const READ_PARTS = /\.(?:xml|rels|bin)$|^mimetype$/i;
const UNREAD_PARTS = /vbaProject|printerSettings|\/(?:media|embeddings|activeX|customXml)\//i;

export type Unpacked =
  | { readonly type: 'parts'; readonly stored: Uint8Array }
  | Extract<BookReading, { type: 'problem' }>;

/**
 * Checks a container and hands over its parts in a container of our own that is only stored, so that the parser sees
 * exactly the parts that were checked: it has no chance to read another directory, or to unpack anything, itself.
 */
export async function unpackParts(bytes: Uint8Array): Promise<Unpacked> {
  const container = await openContainer(randomBytesOf(bytes), {
    entriesMax: WORKBOOKS_LIMITS.compareEntriesMax,
    bytesMax: WORKBOOKS_LIMITS.compareBytesMax,
    ratioMax: WORKBOOKS_LIMITS.compareRatioMax,
  });
  if (container.type === 'refused') return { type: 'problem', reason: container.reason, detail: container.detail };
  const parts = new Map<string, Uint8Array>();
  for (const part of container.parts) {
    if (parts.has(part.name))
      return { type: 'problem', reason: 'hostile', detail: `two parts are called ${part.name}` };
    const isRead = READ_PARTS.test(part.name) && !UNREAD_PARTS.test(part.name);
    const unpacked = isRead ? await unpackPart(part) : new Uint8Array();
    if (typeof unpacked === 'string') return { type: 'problem', reason: 'damaged', detail: unpacked };
    if (declaresEntities(unpacked)) {
      return {
        type: 'problem',
        reason: 'hostile',
        detail: `the part ${part.name} declares a document type or entities`,
      };
    }
    parts.set(part.name, unpacked);
  }
  const manifest = parts.get('META-INF/manifest.xml');
  if (manifest !== undefined && Buffer.from(manifest).includes('encryption-data')) {
    return { type: 'problem', reason: 'encrypted', detail: 'its manifest says that its parts are encrypted' };
  }
  if (!parts.has('[Content_Types].xml') && !parts.has('content.xml')) {
    return { type: 'problem', reason: 'unsupported', detail: 'it is a zip archive without a workbook' };
  }
  return { type: 'parts', stored: zipSync(Object.fromEntries(parts), { level: 0 }) };
}

/** Its bytes, or why they cannot be had. */
async function unpackPart(part: Part): Promise<Uint8Array | string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of part.open()) chunks.push(chunk);
  } catch (error) {
    if (isFailure(error)) return error.message;
    return `its part ${part.name.slice(0, 80)} does not unpack: ${error instanceof Error ? error.message : String(error)}`;
  }
  return Buffer.concat(chunks);
}

/** No spreadsheet program writes either; text in cells has its `<` escaped. */
export function declaresEntities(xml: Uint8Array): boolean {
  const text = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  return text.includes('<!DOCTYPE') || text.includes('<!ENTITY');
}
