import { createHash } from 'node:crypto';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { WorkbookFormat } from '../types.ts';
import { detectFormat, formatOfParts } from './detect-format.ts';
import { openContainer, type Part } from './open-container.ts';
import type { RandomBytes } from './random-bytes.ts';
import { volatilityOf, withoutVolatile } from './volatile-parts.ts';

export interface Content {
  readonly format: WorkbookFormat;
  /** `canonical-1:zip:<hex>` or `canonical-1:bytes:<hex>`. */
  readonly contentHash: string;
}

/**
 * canonical-1 of docs/formats/workbook-version.md: equal for two files whose parts differ in nothing but times, order
 * of parts, compression and what the program that saved them writes about itself. Depends on the bytes alone: what
 * is no workbook container, is damaged or unpacks beyond the limits gets its byte hash, always.
 */
export async function canonicalContent(
  bytes: RandomBytes,
  options: { readonly sha256: string; readonly signal?: AbortSignal },
): Promise<Content> {
  const asBytes = `canonical-1:bytes:${options.sha256}`;
  const format = await detectFormat(bytes);
  if (format !== 'zip') return { format, contentHash: asBytes };
  const container = await openContainer(bytes, {
    entriesMax: WORKBOOKS_LIMITS.canonicalEntriesMax,
    bytesMax: WORKBOOKS_LIMITS.canonicalBytesMax,
    ratioMax: WORKBOOKS_LIMITS.canonicalRatioMax,
  });
  if (container.type === 'refused') return { format, contentHash: asBytes };
  const partsFormat = formatOfParts(container.parts.map((part) => part.name));
  if (partsFormat === 'zip') return { format, contentHash: asBytes };
  try {
    const hash = await hashParts(container.parts, { format: partsFormat, comment: container.comment, ...options });
    return { format: partsFormat, contentHash: `canonical-1:zip:${hash}` };
  } catch (error) {
    // Only a caller who gave up is told; a part that does not unpack makes the container a row of bytes.
    options.signal?.throwIfAborted();
    if (isReadError(error)) throw error;
    return { format: partsFormat, contentHash: asBytes };
  }
}

/** An error of the file system, not of the container. */
const isReadError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

async function hashParts(
  parts: readonly Part[],
  options: { readonly format: WorkbookFormat; readonly comment: string; readonly signal?: AbortSignal },
): Promise<string> {
  const hashed: { readonly name: Buffer; readonly digest: Buffer }[] = [];
  for (const part of parts) {
    options.signal?.throwIfAborted();
    const volatility = volatilityOf(options.format, part.name);
    if (volatility === 'dropped') continue;
    hashed.push({ name: Buffer.from(part.name, 'utf8'), digest: await hashPart(part, volatility === 'stripped') });
  }
  hashed.sort((one, other) => Buffer.compare(one.name, other.name) || Buffer.compare(one.digest, other.digest));
  const whole = createHash('sha256').update('holdfast canonical-1 zip\n');
  updateFramed(whole, Buffer.from(options.comment, 'utf8'));
  for (const { name, digest } of hashed) {
    updateFramed(whole, name);
    whole.update(digest);
  }
  return whole.digest('hex');
}

/** Length first, so that no two lists of parts give the same bytes. */
function updateFramed(hash: ReturnType<typeof createHash>, bytes: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  hash.update(length).update(bytes);
}

async function hashPart(part: Part, isStripped: boolean): Promise<Buffer> {
  const hash = createHash('sha256');
  if (isStripped && part.lengthBytes <= WORKBOOKS_LIMITS.canonicalPartBytesMax) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.open()) chunks.push(chunk);
    return hash.update(withoutVolatile(Buffer.concat(chunks).toString('latin1')), 'latin1').digest();
  }
  for await (const chunk of part.open()) hash.update(chunk);
  return hash.digest();
}
