import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure, systemClock } from '../../base/index.ts';
import type { IncomingLog } from '../../logs/index.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { type LineRules, parseLines } from './parse-lines.ts';

const NOW_MS = Date.UTC(2026, 10, 22);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const parse = (text: string, rules: Partial<LineRules> = {}): Promise<readonly IncomingLog[]> =>
  parseLines(Buffer.from(text), { format: 'json', onError: 'refuse', receivedMs: NOW_MS, ...rules }, systemClock);
const one = async (object: unknown): Promise<IncomingLog | undefined> => (await parse(JSON.stringify(object)))[0];

describe('reading lines', () => {
  it('takes the known fields and flattens the rest by type', async () => {
    expect(
      await one({
        msg: 'hello',
        ts: 1795305600.5 - 86400,
        level: 'WARN',
        service: 'api',
        trace_id: '5B8EFFF798038103D269B633813FC60C',
        spanId: 'eee19b7ec3c1b174',
        http: { status: 200, path: '/x', tls: { on: true } },
        tags: ['a', 1],
        nothing: null,
      }),
    ).toEqual({
      timeNs: NOW_NS - 86399500000000n,
      body: 'hello',
      severityNumber: 13,
      severityText: 'WARN',
      service: 'api',
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      attributesString: { 'http.path': '/x', tags: '["a",1]', nothing: '' },
      attributesNumber: { 'http.status': 200 },
      attributesBool: { 'http.tls.on': true },
    });
  });

  it('keeps the whole line as the body when there is no message, so that its fields can be asked for', async () => {
    const line = '{"event":"login","ok":true,"time":"2026-11-21T00:00:00Z"}';
    const [record] = await parse(line);
    expect(record).toMatchObject({ body: line, timeNs: NOW_NS - 86_400_000_000_000n, attributesString: {} });
  });

  it('keeps a field of the wrong form as an attribute instead of losing it', async () => {
    const record = await one({ message: 'm', trace_id: 'not-hex', service: { name: 'x' }, level: { x: 1 } });
    expect(record).toMatchObject({
      traceId: '',
      service: '',
      attributesString: { trace_id: 'not-hex', 'service.name': 'x' },
      attributesNumber: { 'level.x': 1 },
    });
  });

  it('reads the levels of loggers that count', async () => {
    for (const [level, expected] of [
      [10, 1],
      [30, 9],
      [50, 17],
      [60, 21],
      [17, 17],
      [99, 0],
      ['fatal', 21],
      ['odd', 0],
    ] as const) {
      expect((await one({ message: 'm', level }))?.severityNumber, String(level)).toBe(expected);
    }
  });

  it('skips empty lines, carriage returns, a byte order mark and the missing last newline', async () => {
    const records = await parse('\ufeff{"message":"a"}\r\n\n   \n{"message":"b"}');
    expect(records.map((record) => record.body)).toEqual(['a', 'b']);
    expect(await parse('')).toEqual([]);
    expect(await parse('\n')).toEqual([]);
  });

  it('keeps lines of plain text as they are', async () => {
    const records = await parse('first\r\n{"not":"read"}\n\nlast', { format: 'text' });
    expect(records).toEqual(['first', '{"not":"read"}', 'last'].map((body) => ({ timeNs: NOW_NS, body })));
  });

  it('names the line and the reason, never the text', async () => {
    const check = async (bad: string, reason: string): Promise<void> => {
      await expect(parse(`{"message":"ok"}\n\n${bad}\n`), bad).rejects.toMatchObject({
        code: 'ingest.line-malformed',
        details: { line: 3, reason },
      });
    };
    await check('{"password":"hunter2"', 'it is not JSON');
    await check('["a"]', 'it is not a JSON object');
    await check('null', 'it is not a JSON object');
    await check('{"time":"yesterday"}', 'its field time is not a time');
    const outside = 'is before 1970 or more than a day in the future';
    await check('{"ts":"2100-01-01T00:00:00Z"}', `its field ts ${outside}`);
    await check('{"@timestamp":-1}', `its field @timestamp ${outside}`);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a${index}`, index]));
    await check(JSON.stringify({ message: 'm', ...many }), 'it has more than 1000 attributes');
    await check(
      `{"message":"m","a":${'{"a":'.repeat(60)}1${'}'.repeat(60)}}`,
      'a value is nested deeper than 32 levels',
    );
    await check(`{"message":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'a value is nested deeper than 32 levels');
  });

  it('keeps such lines as text when asked to, and cuts what is too long with a visible mark', async () => {
    const long = 'é'.repeat(INGEST_LIMITS.recordBodyBytesMax);
    const records = await parse(`{"message":"ok"}\nnot json\n${long}`, { onError: 'keep' });
    expect(records.map((record) => record.body.slice(0, 8))).toEqual(['ok', 'not json', 'éééééééé']);
    const kept = records[2]?.body ?? '';
    expect(kept.endsWith(` [cut: the line had ${2 * long.length} bytes]`)).toBe(true);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(INGEST_LIMITS.recordBodyBytesMax);
    expect(kept).not.toContain('\ufffd');
  });

  it('refuses more records than one request may hold', async () => {
    const lines = '{}\n'.repeat(INGEST_LIMITS.recordsPerRequestMax);
    expect(await parse(lines)).toHaveLength(INGEST_LIMITS.recordsPerRequestMax);
    await expect(parse(`${lines}{}`)).rejects.toMatchObject({ code: 'ingest.too-many-records', status: 413 });
  });

  it('keeps attributes of any name, also those that objects have by nature', async () => {
    const [record] = await parse('{"message":"m","__proto__":"p","constructor":"c","toString":1}');
    expect(Object.entries(record?.attributesString ?? {})).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(Object.entries(record?.attributesNumber ?? {})).toEqual([['toString', 1]]);
  });

  it('makes one record of every JSON object and refuses every other text, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (object) => {
        const outcome = await parse(JSON.stringify(object)).catch((error: unknown) => error);
        expect(Array.isArray(outcome) ? outcome.length : isFailure(outcome)).toBeTruthy();
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const records = await parse(text, { onError: 'keep' });
        const lines = text
          .replace(/^\ufeff/, '')
          .split('\n')
          .filter((line) => line.trim() !== '');
        expect(records).toHaveLength(lines.length);
      }),
      { numRuns: 300 },
    );
  });
});
