import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { canonicalContent } from './canonical-hash.ts';
import { randomBytesOf } from './random-bytes.ts';
import { withoutVolatile } from './volatile-parts.ts';

const content = (bytes: Uint8Array) =>
  canonicalContent(randomBytesOf(bytes), { sha256: createHash('sha256').update(bytes).digest('hex') });
const hashOf = async (bytes: Uint8Array): Promise<string> => (await content(bytes)).contentHash;

const core = (modified: string, title: string): string =>
  `<cp:coreProperties><dc:title>${title}</dc:title><cp:lastModifiedBy>${modified}</cp:lastModifiedBy>` +
  `<dcterms:modified xsi:type="dcterms:W3CDTF">${modified}</dcterms:modified><cp:revision/></cp:coreProperties>`;

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': '<Types/>',
  'xl/workbook.xml': '<workbook/>',
  'xl/worksheets/sheet1.xml': '<worksheet>1</worksheet>',
  'docProps/core.xml': core('2024', 'T'),
  'docProps/app.xml': '<Properties>A 1.0</Properties>',
  'xl/calcChain.xml': '<calcChain/>',
};
const zipped = (
  parts: Readonly<Record<string, string>>,
  options: { level?: 0 | 9; mtime?: string } = {},
): Uint8Array => {
  const zippable: Zippable = {};
  for (const [name, text] of Object.entries(parts)) {
    zippable[name] = [strToU8(text), { level: options.level ?? 9, mtime: options.mtime ?? '2024-01-01T00:00:00' }];
  }
  return zipSync(zippable);
};

describe('the canonical content hash', () => {
  test('is the same after another save', async () => {
    const first = await hashOf(zipped(PARTS));
    expect(first).toMatch(/^canonical-1:zip:[0-9a-f]{64}$/);
    expect(await hashOf(zipped(PARTS, { level: 0, mtime: '2030-02-03T04:05:06' }))).toBe(first);
    expect(await hashOf(zipped(Object.fromEntries(Object.entries(PARTS).reverse())))).toBe(first);
    expect(await hashOf(zipped({ ...PARTS, 'docProps/core.xml': core('2031', 'T') }))).toBe(first);
    expect(await hashOf(zipped({ ...PARTS, 'docProps/app.xml': 'B 2.0', 'xl/calcChain.xml': 'other' }))).toBe(first);
  });

  test('is another one for whatever a person may have changed', async () => {
    const hashes = await Promise.all(
      [
        PARTS,
        { ...PARTS, 'xl/worksheets/sheet1.xml': '<worksheet>2</worksheet>' },
        { ...PARTS, 'xl/worksheets/sheet2.xml': '<worksheet>1</worksheet>' },
        { ...PARTS, 'docProps/core.xml': core('2024', 'U') },
        { ...PARTS, 'docProps/custom.xml': 'x' },
        { ...PARTS, 'xl/vbaProject.bin': 'macro' },
      ].map((parts) => hashOf(zipped(parts))),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('is the stable value that its format page promises', async () => {
    expect(await hashOf(zipped({ '[Content_Types].xml': 'a', 'xl/workbook.xml': 'b' }))).toBe(
      `canonical-1:zip:${expectedHash({ '[Content_Types].xml': 'a', 'xl/workbook.xml': 'b' })}`,
    );
  });

  test('is that of the bytes for everything that is no whole workbook', async () => {
    const whole = zipped(PARTS, { level: 0 });
    const damaged = Buffer.from(whole);
    damaged[damaged.indexOf('<worksheet>') + 11] = 0x39;
    const zip = zipped({ 'a.csv': '1' });
    for (const bytes of [damaged, Buffer.from(whole.subarray(0, -30)), zip, strToU8('a,b'), new Uint8Array()]) {
      expect(await hashOf(bytes)).toBe(`canonical-1:bytes:${createHash('sha256').update(bytes).digest('hex')}`);
    }
  });

  test('does not unpack a bomb', async () => {
    const bytes = zipSync({
      '[Content_Types].xml': strToU8('<Types/>'),
      'xl/workbook.xml': [new Uint8Array(32 * 1024 * 1024), { level: 9 }],
    });
    expect(await hashOf(bytes)).toMatch(/^canonical-1:bytes:/);
  });

  test('names the format by what is inside', async () => {
    const formatOf = async (bytes: Uint8Array): Promise<string> => (await content(bytes)).format;
    expect(await formatOf(zipped(PARTS))).toBe('xlsx');
    expect(await formatOf(zipped({ ...PARTS, 'xl/vbaProject.bin': 'm' }))).toBe('xlsm');
    expect(await formatOf(zipped({ mimetype: 'm', 'content.xml': '' }))).toBe('ods');
    expect(await formatOf(zipped({ x: '1' }))).toBe('zip');
    expect(await formatOf(strToU8('a;b\r\n'))).toBe('text');
    expect(await formatOf(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toBe('ole');
    expect(await formatOf(Buffer.from([0, 1]))).toBe('other');
  });

  test('comes for any bytes, and takes as volatile only whole elements', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const start = Buffer.concat([Buffer.from('504b0304', 'hex'), bytes]);
        expect(await hashOf(start)).toMatch(/^canonical-1:bytes:/);
      }),
      { numRuns: 100 },
    );
    expect(withoutVolatile('<dc:date>1</dc:date><dc:dateless>2</dc:dateless>')).toBe('<dc:dateless>2</dc:dateless>');
    expect(withoutVolatile('<dc:date>1<b/></dc:date>')).toBe('<dc:date>1<b/></dc:date>');
    expect(withoutVolatile(`${'<dc:date '.repeat(50_000)}>`)).toHaveLength(450_001);
  });
});

/** The page's own words, done by hand. */
function expectedHash(parts: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update('holdfast canonical-1 zip\n').update(Buffer.alloc(4));
  for (const name of Object.keys(parts).sort()) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(name));
    hash
      .update(length)
      .update(name)
      .update(
        createHash('sha256')
          .update(parts[name] ?? '')
          .digest(),
      );
  }
  return hash.digest('hex');
}
