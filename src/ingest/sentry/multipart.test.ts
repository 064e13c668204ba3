import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { parseMultipart } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary="sep"';
const form = (...parts: readonly (readonly [headers: string, body: string])[]): Buffer =>
  Buffer.from(`${parts.map(([headers, body]) => `--sep\r\n${headers}\r\n\r\n${body}\r\n`).join('')}--sep--\r\n`);

describe('a form', () => {
  it('comes apart into its fields and files', () => {
    const body = form(
      ['Content-Disposition: form-data; name="sentry"', '{"a":\r\n1}'],
      ['Content-Disposition: form-data; name="f"; filename="a.dmp"\r\nContent-Type: application/x-dmp', 'MDMP\r\n--se'],
    );
    const parts = parseMultipart(body, TYPE).map(({ bytes, ...part }) => ({ ...part, text: bytes.toString() }));
    expect(parts).toEqual([
      { name: 'sentry', contentType: '', text: '{"a":\r\n1}' },
      { name: 'f', filename: 'a.dmp', contentType: 'application/x-dmp', text: 'MDMP\r\n--se' },
    ]);
  });

  it.each([
    ['no boundary', form(), 'multipart/form-data'],
    ['another boundary', form(), 'multipart/form-data; boundary=other'],
    ['no end', Buffer.from('--sep\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'), TYPE],
    ['a part without headers', Buffer.from('--sep\r\nx\r\n--sep--'), TYPE],
    ['a part without a name', form(['Content-Disposition: form-data', 'x']), TYPE],
    [
      'too many parts',
      form(...Array.from({ length: 201 }, () => ['Content-Disposition: a; name="b"', ''] as const)),
      TYPE,
    ],
  ])('is refused with %s', (_, body, type) => {
    expect(() => parseMultipart(body, type)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('ends in parts or in a refusal of its own for any bytes', () => {
    const pieces = fc.constantFrom('--sep', '--', '\r\n', '\r\n\r\n', ' name="a"', ';', 'x', '--sep--');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        try {
          parseMultipart(Buffer.from(parts.join('')), TYPE);
        } catch (error) {
          expect(isFailure(error)).toBe(true);
        }
      }),
    );
  });
});
