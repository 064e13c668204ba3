import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../base/index.ts';
import { createZstdInflater, measureZstd } from './zstd.ts';

const STORED = 0;
const REPEATED = 1;
const COMPRESSED = 2;

interface Block {
  readonly type: number;
  readonly size: number;
  readonly bytes: Buffer;
}

function block({ type, size, bytes }: Block, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE(size * 8 + type * 2 + (isLast ? 1 : 0), 0, 3);
  return Buffer.concat([header, bytes]);
}

/** A frame (RFC 8878) whose window is 2^(10 + exponent) bytes. */
const frame = (blocks: readonly Block[], exponent = 11): Buffer =>
  Buffer.concat([
    Buffer.from('28b52ffd00', 'hex'),
    Buffer.from([exponent * 8]),
    ...blocks.map((one, index) => block(one, index === blocks.length - 1)),
  ]);

const stored = (text: string): Block => ({ type: STORED, size: Buffer.byteLength(text), bytes: Buffer.from(text) });
const repeated = (size: number): Block => ({ type: REPEATED, size, bytes: Buffer.from('x') });

const SENTENCE = 'Holdfast keeps what it promises. ';
/** Twenty times the sentence, as the reference library writes it at level 19. */
const REAL = Buffer.from('KLUv/QBYVQEAFAJIb2xkZmFzdCBrZWVwcyB3aGF0IGl0IHByb21pc2VzLiABAIFDKvUE', 'base64');

describe('zstd without help of Node', () => {
  const inflate = createZstdInflater();
  const options = { maxOutputLength: 1_000_000, clock: systemClock };

  it('reads stored and repeated blocks, frames one after the other, and skips what is to be skipped', async () => {
    const skipped = Buffer.concat([Buffer.from('502a4d1803000000', 'hex'), Buffer.from('any')]);
    const body = Buffer.concat([frame([stored('a'), repeated(3)]), skipped, frame([stored('end')])]);
    expect((await inflate(body, options)).toString()).toBe('axxxend');
  });

  it('refuses more than the ceiling, whatever the headers say', async () => {
    const bomb = frame(Array.from({ length: 100 }, () => repeated(131_072)));
    await expect(inflate(bomb, options)).rejects.toMatchObject({ status: 413 });
  });

  it('refuses a window that nobody needs, and blocks without end in a large one', async () => {
    await expect(inflate(frame([stored('a')], 14), options)).rejects.toMatchObject({ status: 415 });
    const many = frame(
      Array.from({ length: 3_000 }, () => stored('a')),
      13,
    );
    await expect(inflate(many, options)).rejects.toMatchObject({ status: 415 });
  });

  it('refuses what is no zstd, what is torn, and what lies', async () => {
    const whole = frame([stored('hello'), stored('you')]);
    const lie = frame([{ type: COMPRESSED, size: 40, bytes: Buffer.alloc(40, 0xff) }]);
    for (const body of [Buffer.from('hello'), whole.subarray(0, -1), Buffer.concat([whole, Buffer.from('x')]), lie]) {
      await expect(inflate(body, options)).rejects.toMatchObject({ status: 400 });
    }
  });

  it('reads what the tool of everybody writes', async () => {
    expect((await inflate(REAL, options)).toString()).toBe(SENTENCE.repeat(20));
  });

  it('measures any bytes without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const extent = measureZstd(Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.from(tail)]));
        expect(extent === undefined || extent.blocks > 0).toBe(true);
      }),
    );
  });
});
