/**
 * The list of chunks of some packs (vault kind `backup-index`), so that later snapshots recognize them: docs/formats/
 * backup.md. It serves recognition only; without it chunks are stored again, and no restore needs it.
 */
export interface ListedPack {
  /** Vault id of the pack. */
  readonly id: string;
  /** 32 bytes per chunk, in the order of the pack. */
  readonly hashes: Buffer;
  readonly lengths: Uint32Array;
}

const MAGIC = 'HFBX';
const VERSION = 1;
const HASH_BYTES = 32;
const PACK_HEAD_BYTES = HASH_BYTES + 4;

export function encodePackList(packs: readonly ListedPack[]): Buffer {
  const head = Buffer.alloc(8);
  head.write(MAGIC, 0, 'latin1');
  head.writeUInt16BE(VERSION, 4);
  head.writeUInt16BE(packs.length, 6);
  const parts: Buffer[] = [head];
  for (const { id, hashes, lengths } of packs) {
    const packHead = Buffer.alloc(PACK_HEAD_BYTES + lengths.length * 4);
    packHead.write(id.slice('sha256:'.length), 0, 'hex');
    packHead.writeUInt32BE(lengths.length, HASH_BYTES);
    for (const [index, length] of lengths.entries()) packHead.writeUInt32BE(length, PACK_HEAD_BYTES + index * 4);
    parts.push(packHead, hashes);
  }
  return Buffer.concat(parts);
}

/** Undefined when the bytes are of another form: then nothing is recognized by them. */
export function decodePackList(bytes: Buffer): readonly ListedPack[] | undefined {
  if (bytes.length < 8 || bytes.toString('latin1', 0, 4) !== MAGIC || bytes.readUInt16BE(4) !== VERSION)
    return undefined;
  const packs: ListedPack[] = [];
  let at = 8;
  for (let left = bytes.readUInt16BE(6); left > 0; left -= 1) {
    if (bytes.length < at + PACK_HEAD_BYTES) return undefined;
    const id = `sha256:${bytes.toString('hex', at, at + HASH_BYTES)}`;
    const chunks = bytes.readUInt32BE(at + HASH_BYTES);
    at += PACK_HEAD_BYTES;
    const end = at + chunks * (4 + HASH_BYTES);
    if (bytes.length < end) return undefined;
    const lengths = new Uint32Array(chunks);
    for (let index = 0; index < chunks; index += 1) lengths[index] = bytes.readUInt32BE(at + index * 4);
    packs.push({ id, hashes: bytes.subarray(at + chunks * 4, end), lengths });
    at = end;
  }
  return at === bytes.length ? packs : undefined;
}
