import { createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/index.ts';
import { openCodec } from '../../src/vault/format/codec.ts';
import { newBench, objectFiles, removeBenches, streamOf } from './three-zones.ts';

/** Reads a zone by docs/formats/vault-object.md alone, with nothing of the program: the page is enough to restore. */
afterAll(removeBenches);

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

async function readKey(folder: string) {
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.key'));
  const text = await readFile(path.join(folder, file ?? ''), 'latin1');
  const [, id, secret] = /^holdfast-vault-key-1:(\d{13}-[0-9a-f]{8}):([\w-]{43})\n$/.exec(text) ?? [];
  const derive = (info: string) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(secret ?? '', 'base64url'), '', info, 32));
  return { id: id ?? '', wrap: derive('holdfast vault data keys 1'), names: derive('holdfast vault names 1') };
}
type Key = Awaited<ReturnType<typeof readKey>>;

const nameOf = (file: string): string => path.basename(file).replaceAll('~', '/');

async function readObject(file: string) {
  const bytes = await readFile(file);
  const name = nameOf(file);
  expect(bytes.toString('latin1', 0, 4)).toBe('HFDZ');
  expect(bytes.readUInt32BE(4)).toBe(1);
  const object = bytes.subarray(72);
  expect(Number(bytes.readBigUInt64BE(16))).toBe(object.length);
  expect(bytes.subarray(24, 56).equals(sha256(object))).toBe(true);
  const check = sha256('holdfast zone object\0', name, '\0', bytes.subarray(0, 56)).subarray(0, 16);
  expect(bytes.subarray(56, 72).equals(check)).toBe(true);
  return { name, object, retainUntilMs: Number(bytes.readBigUInt64BE(8)) };
}

const unseal = (key: Buffer, nonce: Buffer, aad: Buffer, sealed: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
};

function openEnvelope(name: string, bytes: Buffer, key: Key) {
  expect(bytes.toString('latin1', 0, 4)).toBe('HFVO');
  expect([bytes[4], bytes[7], bytes[8]]).toEqual([1, 1, 1]);
  const keyEnd = 12 + (bytes[9] ?? 0);
  const wrapEnd = keyEnd + bytes.readUInt16BE(10);
  const headerEnd = wrapEnd + 12 + 8;
  expect(bytes.toString('latin1', 12, keyEnd)).toBe(key.id);
  const wrapped = bytes.subarray(keyEnd, wrapEnd);
  expect(wrapped).toHaveLength(60);
  const wrapAad = Buffer.from(`holdfast vault data key 1\0${key.id}\0${name}`);
  const dataKey = unseal(key.wrap, wrapped.subarray(0, 12), wrapAad, wrapped.subarray(12));
  const end = headerEnd + bytes.readUInt32BE(headerEnd - 4);
  const aad = Buffer.concat([bytes.subarray(0, headerEnd), Buffer.from(`\0${name}`)]);
  const packed = unseal(dataKey, bytes.subarray(wrapEnd, wrapEnd + 12), aad, bytes.subarray(headerEnd, end));
  expect([0, 1]).toContain(bytes[6]);
  const plain = bytes[6] === 1 ? gunzipSync(packed) : packed;
  expect(plain).toHaveLength(bytes.readUInt32BE(headerEnd - 8));
  return { kind: bytes[5], plain, end };
}

async function benchWithItem(bytes: Buffer, facts: Readonly<Record<string, string | number>>) {
  const bench = await newBench();
  const vault = await bench.open({ codec: await openCodec(async () => undefined) });
  const item = await vault.put(streamOf(bytes), { kind: 'test', facts, retainUntilMs: bench.clock.nowMs() + DAY_MS });
  await vault.close();
  return { bench, item, key: await readKey(path.join(bench.root, 'keys')), folder: bench.zoneFolder('a') };
}
const hmac = (key: Key, ...parts: readonly string[]): string =>
  createHmac('sha256', key.names).update(parts.join('\0')).digest('hex');

test('a small item is read from one zone by the page of its format', async () => {
  const bytes = Buffer.from('the same words again and again\n'.repeat(400));
  const { item, key, folder } = await benchWithItem(bytes, { b: 'two', a: 1 });
  const [file] = await objectFiles(folder, 'items~');
  const { name, object, retainUntilMs } = await readObject(file ?? '');
  expect(retainUntilMs).toBe(item.retainUntilMs);
  const hash = sha256(bytes).toString('hex');
  expect(name.split('/')[1]).toBe(hmac(key, 'item', hash));
  expect(name.split('/')[2]).toMatch(/^test\.[0-9a-f]{16}\.[0-9a-f]{16}\.inline$/);
  expect(name.split('.')[1]).toBe(hmac(key, 'facts', '{"a":1,"b":"two"}').slice(0, 16));
  expect(path.relative(path.join(folder, 'objects', 'items'), file ?? '').split('/')[0]).toBe(
    name.split('/')[1]?.slice(0, 2),
  );
  const body = openEnvelope(name, object, key);
  expect(body.kind).toBe(3);
  expect(body.plain.equals(bytes)).toBe(true);
  const record = openEnvelope(name, object.subarray(body.end), key);
  expect(record.kind).toBe(2);
  expect(JSON.parse(record.plain.toString())).toEqual({
    version: 1,
    kind: 'test',
    id: item.id,
    lengthBytes: bytes.length,
    createdMs: item.createdMs,
    facts: { a: 1, b: 'two' },
    body: {
      type: 'inline',
      storedBytes: body.end,
      storedSha256: sha256(object.subarray(0, body.end)).toString('hex'),
    },
  });
});

test('a large item is put together from its chunks by the page of its format', async () => {
  const bytes = randomBytes(9_000_000);
  const { key, folder } = await benchWithItem(bytes, {});
  const [file] = await objectFiles(folder, 'items~');
  const { name, object } = await readObject(file ?? '');
  expect(name).toMatch(/\.chunks$/);
  const record = JSON.parse(openEnvelope(name, object, key).plain.toString()) as {
    readonly body: { readonly type: string; readonly chunks: readonly { readonly name: string }[] };
  };
  expect(record.body.type).toBe('chunks');
  const files = new Map((await objectFiles(folder, 'chunks~')).map((chunk) => [nameOf(chunk), chunk]));
  const plain: Buffer[] = [];
  for (const chunk of record.body.chunks) {
    const stored = await readObject(files.get(chunk.name) ?? '');
    const opened = openEnvelope(chunk.name, stored.object, key);
    expect(opened.kind).toBe(1);
    expect(chunk).toEqual({
      name: stored.name,
      lengthBytes: opened.plain.length,
      sha256: sha256(opened.plain).toString('hex'),
      storedBytes: stored.object.length,
      storedSha256: sha256(stored.object).toString('hex'),
    });
    plain.push(opened.plain);
  }
  expect(plain.map((piece) => piece.length)).toEqual([4_194_304, 4_194_304, 611_392]);
  expect(Buffer.concat(plain).equals(bytes)).toBe(true);
});

test('a lock file says what its page says', async () => {
  const { bench, item, folder } = await benchWithItem(Buffer.from('x'), {});
  const vault = await bench.open();
  await vault.setLegalHold(item.id, true);
  await vault.close();
  const [file] = await objectFiles(folder, 'items~');
  const text = await readFile(`${file}=lock`, 'latin1');
  const hex = sha256(`holdfast zone lock\0${nameOf(file ?? '')}\0${item.retainUntilMs}\0hold`).toString('hex');
  expect(text).toBe(`holdfast-zone-lock-1 ${item.retainUntilMs} hold ${hex}\n`);
});
