import { Failure } from '../../base/index.ts';
import { LOGS_FAILURES } from '../failures.ts';

/** What `@ptr` says: base64url of the compact JSON `[log group, nanoseconds as decimal text, event id]`. */
export interface RecordPointer {
  readonly logGroup: string;
  readonly timeNs: bigint;
  readonly eventId: string;
}

const LENGTH_MAX = 2_048;

export const writePointer = ({ logGroup, timeNs, eventId }: RecordPointer): string =>
  Buffer.from(JSON.stringify([logGroup, String(timeNs), eventId])).toString('base64url');

/** Throws `logs.pointer-invalid`. */
export function readPointer(ptr: string): RecordPointer {
  const parts = ptr.length > LENGTH_MAX ? undefined : parse(ptr);
  const [logGroup, timeNs, eventId] = parts ?? [];
  if (
    typeof logGroup !== 'string' ||
    typeof eventId !== 'string' ||
    typeof timeNs !== 'string' ||
    !/^-?\d{1,19}$/.test(timeNs)
  ) {
    throw new Failure(LOGS_FAILURES.pointerInvalid);
  }
  return { logGroup, timeNs: BigInt(timeNs), eventId };
}

function parse(ptr: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(ptr, 'base64url').toString('utf8'));
    return Array.isArray(parsed) && parsed.length === 3 ? parsed : undefined;
  } catch {
    return undefined;
  }
}
