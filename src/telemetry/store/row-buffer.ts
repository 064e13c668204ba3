import { TELEMETRY_LIMITS } from '../limits.ts';

const START_BYTES = 256 * 1024;

/** Bytes that grow at their end and can be cut back: rows of one insert, encoded one after the other. */
export interface RowBuffer {
  readonly length: () => number;
  /** Appends text as UTF-8. The text must have no lone surrogates. */
  readonly append: (text: string) => void;
  /** Forgets everything from `length` on. */
  readonly truncate: (length: number) => void;
  /** The bytes from `start` to `end`; they change when the buffer is used again. */
  readonly slice: (start: number, end: number) => Buffer;
  /** Ready for the next insert; gives memory back when one burst made it large. */
  readonly reset: () => void;
}

export function createRowBuffer(): RowBuffer {
  let bytes = Buffer.allocUnsafeSlow(START_BYTES);
  let used = 0;
  return {
    length: () => used,
    append: (text) => {
      // A UTF-16 unit becomes three bytes of UTF-8 at most.
      const needed = used + text.length * 3;
      if (needed > bytes.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, needed));
        bytes.copy(grown, 0, 0, used);
        bytes = grown;
      }
      used += bytes.write(text, used, 'utf8');
    },
    truncate: (length) => {
      used = Math.min(used, length);
    },
    slice: (start, end) => bytes.subarray(start, end),
    reset: () => {
      used = 0;
      if (bytes.length > TELEMETRY_LIMITS.encodeBufferKeepBytes) bytes = Buffer.allocUnsafeSlow(START_BYTES);
    },
  };
}
