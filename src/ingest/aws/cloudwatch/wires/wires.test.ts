import { cbor } from '@smithy/core/cbor';
import { decode } from 'cborg';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../../../base/index.ts';
import { readInput } from '../model/read-input.ts';
import { double, flag, integer, list, map, required, structure, text, time, type ValueOf } from '../model/shapes.ts';
import { CBOR_WIRE, decodeCbor } from './cbor-wire.ts';
import { FORM_TREE, parseForm } from './form-tree.ts';
import { JSON_WIRE } from './json-wire.ts';
import { PLAIN_TREE, parseIsoTime } from './plain-tree.ts';
import { QUERY_WIRE } from './query-wire.ts';

const leaf = structure({ Text: required(text()), Number: double(), When: time() });
const shape = structure({
  Name: required(text()),
  Whole: integer(),
  Value: double(),
  Yes: flag(),
  At: time(),
  Numbers: list(double()),
  Leaves: list(leaf),
  Words: map(text(), text()),
});
type Value = ValueOf<typeof shape>;

/** Text that every wire can carry: XML has no control characters, and no wire has half surrogates. */
const words = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((one) => one.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ''));
const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (one === 0 ? 0 : one));
const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
const option = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const values: fc.Arbitrary<Value> = fc
  .record({
    Name: words,
    Whole: option(fc.maxSafeInteger()),
    Value: option(numbers),
    Yes: option(fc.boolean()),
    At: option(times),
    Numbers: option(fc.array(numbers, { minLength: 1, maxLength: 5 })),
    Leaves: option(
      fc.array(fc.record({ Text: words, Number: option(numbers), When: option(times) }).map(plain), {
        minLength: 1,
        maxLength: 12,
      }),
    ),
    Words: option(
      fc.dictionary(
        words.filter((one) => one !== ''),
        words,
        { minKeys: 1, maxKeys: 4 },
      ),
    ),
  })
  .map(plain) as fc.Arbitrary<Value>;

function plain<T extends object>(from: T): T {
  const kept = Object.entries(from).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([key, value]) => [key, isPlainMap(value) ? { ...value } : value])) as T;
}
const isPlainMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const written = (wire: typeof JSON_WIRE, value: Value) =>
  wire.write({ operation: 'Do', output: shape, value, requestId: 'r-1' }).body;

const malformed = (run: () => unknown): string => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return isFailure(error) ? error.code : `not a failure: ${String(error)}`;
  }
};

describe('what a wire writes', () => {
  it('is read back the same by the same shape, over JSON and CBOR', () => {
    fc.assert(
      fc.property(values, (value) => {
        const json = readInput(shape, PLAIN_TREE, JSON.parse(String(written(JSON_WIRE, value))));
        expect(json).toEqual({ value, problems: [] });
        const bytes = Buffer.from(written(CBOR_WIRE, value) as Uint8Array);
        expect(readInput(shape, PLAIN_TREE, decodeCbor(bytes))).toEqual({ value, problems: [] });
      }),
    );
  });

  it('is what the codec of the AWS SDK reads from CBOR, with whole doubles as floats', () => {
    const value: Value = { Name: 'n', Whole: 7, Value: 3, At: 1_700_000_000_500, Numbers: [1, 2.5] };
    const bytes = written(CBOR_WIRE, value) as Uint8Array;
    const read = cbor.deserialize(bytes) as Value & { readonly At: { readonly tag: number; readonly value: number } };
    expect({ ...read, At: undefined }).toEqual({ Name: 'n', Whole: 7, Value: 3, Numbers: [1, 2.5] });
    expect([read.At.tag, read.At.value]).toEqual([1, 1_700_000_000.5]);
    // Major type 7, additional information 27: a float of eight bytes.
    expect(Buffer.from(bytes).includes(Buffer.from([0xfb, 0x40, 0x08]))).toBe(true);
  });

  it('is XML that a parser reads back, whatever stands in a text', () => {
    const parser = new XMLParser({
      parseTagValue: false,
      trimValues: false,
      isArray: (name) => name === 'member' || name === 'entry',
    });
    fc.assert(
      fc.property(words, (Name) => {
        const parsed = parser.parse(String(written(QUERY_WIRE, { Name }))) as {
          DoResponse: { DoResult: { Name: string }; ResponseMetadata: { RequestId: string } };
        };
        expect(parsed.DoResponse.DoResult.Name).toBe(Name);
        expect(parsed.DoResponse.ResponseMetadata.RequestId).toBe('r-1');
      }),
    );
    expect(String(written(QUERY_WIRE, { Name: '\0\ud800<' }))).toContain('<Name>\ufffd\ufffd&lt;</Name>');
  });
});

describe('the CBOR reader', () => {
  it('reads what the AWS SDK writes, indefinite lengths, and times as integer and float', () => {
    const value = { Name: 'a', Whole: -5, Value: 1e300, Yes: true, Numbers: [1, 0.5], Leaves: [{ Text: 'é' }] };
    const sent = Buffer.from(cbor.serialize(value));
    expect(readInput(shape, PLAIN_TREE, decodeCbor(sent))).toEqual({ value, problems: [] });
    // {_ "Name": "a", "At": 1(1700000000), "Numbers": [_ 1, 2]}
    const indefinite = Buffer.from('bf644e616d656161624174c11a6553f100674e756d626572739f0102ffff', 'hex');
    expect(readInput(shape, PLAIN_TREE, decodeCbor(indefinite)).value).toEqual({
      Name: 'a',
      At: 1_700_000_000_000,
      Numbers: [1, 2],
    });
  });

  it('refuses nesting, amounts and lengths past the limits, torn data and other tags', () => {
    const hostile = [
      Buffer.alloc(100_000, 0x81),
      Buffer.alloc(100_000, 0x9f),
      Buffer.alloc(1_000, 0xc1),
      Buffer.concat([Buffer.from([0x9f]), Buffer.alloc(1_100_000, 0x00), Buffer.from([0xff])]),
      Buffer.from('9b7fffffffffffffff00', 'hex'),
      Buffer.from('7b7fffffffffffffff61', 'hex'),
      Buffer.from('c249010000000000000000', 'hex'),
      Buffer.from('a1', 'hex'),
      Buffer.from('a10102', 'hex'),
      Buffer.from('ff', 'hex'),
      Buffer.from('f6f6', 'hex'),
    ];
    for (const bytes of hostile) expect(malformed(() => decodeCbor(bytes))).toBe('cloudwatch.body-malformed');
  });

  it('answers any bytes with a value or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const outcome = malformed(() => readInput(shape, PLAIN_TREE, decodeCbor(Buffer.from(bytes))));
        expect(['accepted', 'cloudwatch.body-malformed']).toContain(outcome);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the form reader', () => {
  const read = (form: string) => readInput(shape, FORM_TREE, parseForm(Buffer.from(form)));
  it('reads lists by number, maps, numbers, flags and times', () => {
    const form =
      'Name=a%20%2B+b&Whole=5&Value=-1.5e3&Yes=true&At=2023-11-14T22%3A13%3A20Z&Numbers.member.10=3&Numbers.member.2=2&Leaves.member.1.Text=x&Leaves.member.1.When=1700000000.5&Words.entry.1.key=k&Words.entry.1.value=v%3D';
    expect(read(form).value).toEqual({
      Name: 'a + b',
      Whole: 5,
      Value: -1500,
      Yes: true,
      At: 1_700_000_000_000,
      Numbers: [2, 3],
      Leaves: [{ Text: 'x', When: 1_700_000_000_500 }],
      Words: { k: 'v=' },
    });
    expect(read('Name=a&Numbers=&Value=NaN').value).toEqual({ Name: 'a', Numbers: [], Value: Number.NaN });
    expect(read('').problems).toEqual([{ type: 'missing', path: ['Name'] }]);
  });

  it('refuses what is neither, names that repeat or nest without end', () => {
    for (const form of [
      'Name=a&Name=b',
      'Name=%zz',
      'Name=%ff',
      'Name=a&Numbers.member.x=1',
      'Name=a&Numbers=1',
      'Name=a&Whole=1.5',
      'Name=a&At=yesterday',
      'Name=a&Yes=1',
      `Name=a&${'x.'.repeat(40)}y=1`,
      'Name=a&Words.entry.1.key=k',
      'Name.x=a',
    ]) {
      expect([form, malformed(() => read(form))]).toEqual([form, 'cloudwatch.body-malformed']);
    }
  });

  it('answers any form with a value or a refusal', () => {
    const names = fc.constantFrom(
      'Name',
      'Whole',
      'Leaves.member.1.Text',
      'Numbers.member.1',
      '__proto__',
      'constructor.x',
      'Words.entry.1.key',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.string({ maxLength: 8 })), { maxLength: 8 }), (fields) => {
        const form = fields.map(([name, value]) => `${name}=${value}`).join('&');
        expect(['accepted', 'cloudwatch.body-malformed']).toContain(malformed(() => read(form)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the JSON reader', () => {
  it('takes an own member of any name only, and absent for null', () => {
    const read = (json: string) => readInput(shape, PLAIN_TREE, JSON.parse(json));
    expect(read('{"Name":"a","Words":{"__proto__":"x","toString":"y"},"Value":null}').value.Words).toEqual(
      JSON.parse('{"__proto__":"x","toString":"y"}'),
    );
    expect(read('{"__proto__":{"Name":"a"}}').problems).toHaveLength(1);
    expect(malformed(() => read('{"Name":["a"]}'))).toBe('cloudwatch.body-malformed');
    expect(malformed(() => read('{"Name":"a","Leaves":{"0":{}}}'))).toBe('cloudwatch.body-malformed');
    expect(malformed(() => read('{"Name":"a","Numbers":[null]}'))).toBe('cloudwatch.body-malformed');
  });
});

it('reads times as SDKs write them', () => {
  const check = (given: string, expected: number | undefined) =>
    expect([given, parseIsoTime(given)]).toEqual([given, expected]);
  check('2023-11-14T22:13:20Z', 1_700_000_000_000);
  check('2023-11-14T22:13:20.123456Z', 1_700_000_000_123);
  check('2023-11-14T23:13:20+01:00', 1_700_000_000_000);
  check('2023-11-14T23:13:20+0100', 1_700_000_000_000);
  check('2023-11-14T22:13:20', 1_700_000_000_000);
  check('2023-11-14', 1_699_920_000_000);
  check('14 Nov 2023', undefined);
  check('2023-13-14T22:13:20Z', undefined);
});

it('writes errors with their older code for clients of the Query form', () => {
  const error = { shape: 'ThrottlingException', code: 'Throttling', status: 400, isSender: true, message: 'a < b' };
  expect(JSON_WIRE.writeError(error, 'r').headers['x-amzn-query-error']).toBe('Throttling;Sender');
  expect(decode(CBOR_WIRE.writeError(error, 'r').body as Uint8Array)).toEqual({
    __type: 'com.amazonaws.cloudwatch#ThrottlingException',
    message: 'a < b',
  });
  expect(String(QUERY_WIRE.writeError(error, 'r').body)).toContain(
    '<Error><Type>Sender</Type><Code>Throttling</Code><Message>a &lt; b</Message></Error><RequestId>r</RequestId>',
  );
});
