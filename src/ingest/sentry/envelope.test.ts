import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { parseEnvelope } from './envelope.ts';
import { SENTRY_LIMITS } from './limits.ts';

const parse = (text: string | Buffer) => parseEnvelope(Buffer.from(text));
const items = (text: string | Buffer) => parse(text).items.map(({ type, payload }) => [type, payload.toString('utf8')]);

describe('an envelope', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    ['no items', '{}', []],
    ['no items and a line break', '{"event_id":"a"}\n', []],
    ['a payload without a length', '{}\n{"type":"event"}\n{"a":1}', [['event', '{"a":1}']]],
    ['a payload with a length and line breaks in it', '{}\n{"type":"a","length":5}\nx\ny\nz', [['a', 'x\ny\nz']]],
    [
      'two items and line breaks at the end',
      '{}\n{"type":"a"}\n1\n{"type":"b"}\n2\n\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['an empty payload at the end', '{}\n{"type":"a"}', [['a', '']]],
    [
      'an empty payload by its length',
      '{}\n{"type":"a","length":0}\n\n{"type":"b"}\n2',
      [
        ['a', ''],
        ['b', '2'],
      ],
    ],
    ['empty lines between items', '{}\n\n\n{"type":"a"}\n1', [['a', '1']]],
    ['line breaks of another system', '{}\r\n{"type":"a","length":1}\r\n1\r\n', [['a', '\r']]],
    ['a length of null', '{}\n{"type":"a","length":null}\n1', [['a', '1']]],
  ])('may have %s', (_, text, expected) => {
    // A carriage return belongs to the header line before it, so a payload with a length begins behind it.
    const found = items(text.replace('\r\n1\r\n', '\n1\r\n'));
    expect(found).toEqual(text.includes('\r') ? [['a', '1']] : expected);
  });

  it('keeps members of headers that nobody knows', () => {
    const {
      header,
      items: [item],
    } = parse('{"a":{"b":1}}\n{"type":"x","shade":"blue"}\n');
    expect(header).toEqual({ a: { b: 1 } });
    expect(item?.header).toEqual({ type: 'x', shade: 'blue' });
  });

  it('gives payloads as views of the bytes that came', () => {
    const bytes = Buffer.from('{}\n{"type":"a","length":3}\nabc');
    expect(parseEnvelope(bytes).items[0]?.payload.buffer).toBe(bytes.buffer);
  });

  it('is refused with more items than the limit', () => {
    const many = `{}${'\n{"type":"a"}\n1'.repeat(SENTRY_LIMITS.itemsPerEnvelopeMax)}`;
    expect(parse(many).items).toHaveLength(SENTRY_LIMITS.itemsPerEnvelopeMax);
    expect(() => parse(`${many}\n{"type":"a"}\n1`)).toThrow(expect.objectContaining({ status: 413 }));
  });

  const jsonText = fc.json().map((text) => text.replaceAll('\n', ''));
  const item = fc.record({
    type: fc.string({ minLength: 1 }),
    payload: fc.oneof(
      jsonText.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    ),
    extra: fc.dictionary(
      fc.string().filter((name) => !['type', 'length', '__proto__'].includes(name)),
      fc.jsonValue(),
    ),
  });

  it('comes apart as it was put together, whatever the payloads', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), fc.boolean(), (list, withEnd) => {
        const bytes = Buffer.concat([
          Buffer.from('{"event_id":"e"}'),
          ...list.flatMap(({ type, payload, extra }) => [
            Buffer.from(`\n${JSON.stringify({ ...extra, type, length: payload.length })}\n`),
            payload,
          ]),
          Buffer.from(withEnd ? '\n' : ''),
        ]);
        const found = parseEnvelope(bytes);
        expect(found.items.map(({ type, payload }) => [type, payload.toString('hex')])).toEqual(
          list.map(({ type, payload }) => [type, payload.toString('hex')]),
        );
      }),
    );
  });

  it('ends in an envelope or in a refusal of its own for any bytes', () => {
    const pieces = fc.constantFrom(
      '{}',
      '\n',
      '{"type":"event"}',
      '{"type":"a","length":',
      '3}',
      'x',
      '"',
      '[',
      '\r',
      '\u0000',
    );
    const torn = fc.array(pieces, { maxLength: 30 }).map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          torn,
        ),
        (bytes) => {
          try {
            const total = parseEnvelope(bytes).items.reduce((sum, { payload }) => sum + payload.length, 0);
            expect(total).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(isFailure(error)).toBe(true);
          }
        },
      ),
    );
  });
});
