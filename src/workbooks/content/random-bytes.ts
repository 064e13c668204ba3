/** Bytes that can be read at any place. */
export interface RandomBytes {
  readonly lengthBytes: number;
  /** From `start` to before `end`; fewer only past the end of the bytes. */
  readonly read: (start: number, end: number) => Promise<Buffer>;
}

export const randomBytesOf = (bytes: Uint8Array): RandomBytes => {
  const held = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { lengthBytes: held.length, read: (start, end) => Promise.resolve(held.subarray(start, end)) };
};
