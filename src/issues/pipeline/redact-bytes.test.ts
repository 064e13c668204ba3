import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, newRedactionReport } from '../../redact/index.ts';
import { piecesOf, redactBytes } from './redact-bytes.ts';

const redactor = createRedactor();
const redact = async (bytes: Uint8Array, attachmentType = 'event.attachment') =>
  await redactBytes({ bytes, attachmentType }, redactor, newRedactionReport());

describe('the bytes of an attachment', () => {
  it('are cut into pieces that are the whole again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a\n', 'b'.repeat(90_000), '\n', '-----BEGIN X-----\n', '-----END X-----\n')),
        (parts) => {
          const text = parts.join('');
          expect([...piecesOf(text)].join('')).toBe(text);
        },
      ),
    );
  });

  it('are masked where they are text, a key across two pieces too', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, index) => `${String(index).padStart(2, 'k')}${'QmFzZTY0'.repeat(7)}aB`,
    );
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${lines.join('\n')}\n-----END RSA PRIVATE KEY-----\n`;
    // The key begins right before the first cut.
    const text = `${'line of a log\n'.repeat(18_720)}${key}${'another line\n'.repeat(1000)}`;
    const { bytes, isRedacted } = await redact(Buffer.from(text));
    const masked = Buffer.from(bytes).toString();
    expect(isRedacted).toBe(true);
    for (const line of lines) expect(masked).not.toContain(line);
    expect(masked).toContain('another line\nanother line');
  });

  it('are kept as they are where they are no text, and say so', async () => {
    for (const bytes of [Buffer.from([0xff, 0xfe, 1]), Buffer.from('a\u0000b'), Buffer.from([0xc3, 0x28])]) {
      expect(await redact(bytes)).toEqual({ bytes, isRedacted: false });
    }
    expect((await redact(Buffer.from('plain'), 'event.minidump')).isRedacted).toBe(false);
    const clean = Buffer.from('plain \ufeff text');
    expect((await redact(clean)).bytes).toBe(clean);
  });
});
