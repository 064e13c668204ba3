import { Failure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { type Primitives, rememberSha256 } from '../../format/primitives.ts';
import { VAULT_LIMITS } from '../../limits.ts';
import type { ZoneObject } from '../../types.ts';
import {
  decodeLock,
  decodeObjectHeader,
  OBJECT_HEADER_BYTES,
  type ObjectHeader,
  type ObjectLock,
} from './object-file.ts';
import { objectPath } from './object-path.ts';
import type { ZoneFiles } from './zone-files.ts';

export const damaged = (zone: string, name: string, reason: string): Failure =>
  new Failure(VAULT_FAILURES.objectDamaged, { name, zone, reason });

export type ReadLock =
  | { readonly type: 'none' }
  | { readonly type: 'damaged' }
  | ({ readonly type: 'lock' } & ObjectLock);

/** A lock file that cannot be understood is damage, not absence: it may have said that nothing may be removed. */
export async function readLock(files: ZoneFiles, name: string): Promise<ReadLock> {
  const start = await files.readStart(objectPath(name).lockFile, VAULT_LIMITS.lockReadBytesMax);
  if (start === undefined) return { type: 'none' };
  const lock = decodeLock(name, start.bytes);
  return lock === undefined ? { type: 'damaged' } : { type: 'lock', ...lock };
}

/** What header and lock say; throws `vault.object-damaged` when either cannot be trusted. */
export async function readHead(files: ZoneFiles, name: string): Promise<ZoneObject | undefined> {
  const start = await files.readStart(objectPath(name).file, OBJECT_HEADER_BYTES);
  if (start === undefined) return undefined;
  const header = decodeObjectHeader(name, start.bytes, start.sizeBytes);
  if (typeof header === 'string') throw damaged(files.root, name, header);
  const lock = await readLock(files, name);
  if (lock.type === 'damaged') throw damaged(files.root, name, 'its lock file is damaged');
  return zoneObject(name, header, lock);
}

const zoneObject = (name: string, header: ObjectHeader, lock: Exclude<ReadLock, { type: 'damaged' }>): ZoneObject => ({
  name,
  lengthBytes: header.lengthBytes,
  sha256: header.sha256,
  retainUntilMs: Math.max(header.retainUntilMs, lock.type === 'lock' ? lock.retainUntilMs : 0),
  legalHold: lock.type === 'lock' && lock.legalHold,
});

export type ReadObject =
  | { readonly type: 'missing' }
  | { readonly type: 'damaged'; readonly reason: string; readonly retainUntilMs: number }
  | { readonly type: 'whole'; readonly header: ObjectHeader; readonly bytes: Buffer };

/** Reads all bytes and holds them to the checksum. */
export async function readObject(files: ZoneFiles, primitives: Primitives, name: string): Promise<ReadObject> {
  const whole = await files.read(objectPath(name).file);
  if (whole === undefined) return { type: 'missing' };
  const header = decodeObjectHeader(name, whole.subarray(0, OBJECT_HEADER_BYTES), whole.length);
  if (typeof header === 'string') return { type: 'damaged', reason: header, retainUntilMs: 0 };
  const bytes = whole.subarray(OBJECT_HEADER_BYTES);
  const sha256 = (await primitives.sha256(bytes)).toString('hex');
  if (sha256 !== header.sha256) {
    return { type: 'damaged', reason: 'its bytes do not have their checksum', retainUntilMs: header.retainUntilMs };
  }
  // The reader holds them to the record's checksum too, which is the same one.
  rememberSha256(bytes, Buffer.from(sha256, 'hex'));
  return { type: 'whole', header, bytes };
}
