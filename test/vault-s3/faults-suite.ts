import { createServer } from 'node:net';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VAULT_S3_LIMITS } from '../../src/vault/drivers/s3/index.ts';
import type { ZoneDriver } from '../../src/vault/types.ts';
import { collect, makeBucket, newObject, openZone, rawClient, sha256, type TestObject } from './bucket.ts';
import type { Ceph } from './ceph.ts';
import { type Fault, type FaultProxy, type Match, type ProxyAnswer, s3Error, startFaultProxy } from './fault-proxy.ts';

const ATTEMPT_MS = 1000;

const isPut: Match = ({ method, url }) => method === 'PUT' && !/[?&](retention|legal-hold)/.test(url);
const isRetention: Match = ({ method, url }) => method === 'PUT' && /[?&]retention/.test(url);
const isGet: Match = ({ method, url }) => method === 'GET' && /versionId=/.test(url);

export const faultsSuite = (running: () => Ceph): void => {
  describe('a zone whose store or network fails', () => {
    let ceph: Ceph;
    let owner: S3Client;
    let proxy: FaultProxy;
    let zone: ZoneDriver;
    let count = 0;

    beforeAll(async () => {
      ceph = running();
      owner = rawClient(ceph);
      await makeBucket(owner, 'faults');
    });
    beforeEach(async () => {
      proxy = await startFaultProxy(ceph);
      count += 1;
      zone = await openZone(ceph, {
        bucket: 'faults',
        prefix: `test-${count}`,
        endpoint: proxy.endpoint,
        attemptMs: ATTEMPT_MS,
      });
    });
    afterEach(async () => {
      await zone.close();
      await proxy.close();
    });
    afterAll(async () => {
      owner?.destroy();
    });

    const expectKept = async (object: TestObject): Promise<void> => {
      const direct = await openZone(ceph, { bucket: 'faults', prefix: `test-${count}` });
      expect(Buffer.compare(await direct.get(object.name), object.bytes)).toBe(0);
      expect((await direct.head(object.name))?.retainUntilMs).toBeGreaterThanOrEqual(object.retainUntilMs);
      expect(await collect(direct.anomalies(new Set([object.name])))).toEqual([]);
      await direct.close();
    };

    describe('rides out what passes', () => {
      const faults: readonly (readonly [string, Fault])[] = [
        ['throttling', { type: 'answer', answer: s3Error(503, 'SlowDown') }],
        ['an internal error', { type: 'answer', answer: s3Error(500, 'InternalError') }],
        ['a gateway without a backend', { type: 'answer', answer: { status: 502, body: '<html>' } }],
        ['a reset connection', { type: 'cut-before' }],
        ['a lost answer', { type: 'cut-after' }],
        ['no answer', { type: 'hang' }],
      ];
      test.each(faults)('%s while putting', async (_, fault) => {
        const object = newObject('a', { bytes: 300_000 });
        const injected = proxy.inject(fault, { match: isPut, times: 2 });
        await zone.put(object);
        expect(injected.used()).toBeGreaterThan(0);
        await expectKept(object);
      });

      test.each(faults)('%s while reading', async (_, fault) => {
        const object = newObject('a', { bytes: 300_000 });
        await zone.put(object);
        const injected = proxy.inject(fault, { match: isGet, times: 2 });
        expect(Buffer.compare(await zone.get('a'), object.bytes)).toBe(0);
        expect(injected.used()).toBe(2);
      });

      test('an answer that breaks off in the middle of the bytes', async () => {
        const object = newObject('a', { bytes: 300_000 });
        await zone.put(object);
        const injected = proxy.inject({ type: 'cut-body', bytes: 100_000 }, { match: isGet, times: 2 });
        expect(Buffer.compare(await zone.get('a'), object.bytes)).toBe(0);
        expect(injected.used()).toBe(2);
      });

      test('any single request of a put or a get that is lost, before or after the store saw it', async () => {
        for (const type of ['cut-before', 'cut-after'] as const) {
          for (let at = 0; at < 5; at += 1) {
            const object = newObject(`every/${type}-${at}`);
            let number = -1;
            const counted: Match = () => {
              number += 1;
              return number === at;
            };
            const injected = proxy.inject({ type }, { match: counted });
            await zone.put(object);
            expect(injected.used()).toBe(1);
            injected.remove();
            expect(Buffer.compare(await zone.get(object.name), object.bytes)).toBe(0);
          }
        }
      });

      test('a lost answer to a put makes no second version', async () => {
        const object = newObject('a');
        proxy.inject({ type: 'cut-after' }, { match: isPut });
        await zone.put(object);
        expect(proxy.seen.filter((line) => isPut(seenAs(line)))).toHaveLength(1);
        await expectKept(object);
      });
    });

    describe('is away when it lasts, and says so', () => {
      test.each([
        ['throttling', { type: 'answer', answer: s3Error(503, 'SlowDown') }, 'SlowDown'],
        ['errors', { type: 'answer', answer: s3Error(500, 'InternalError') }, 'InternalError'],
        ['silence', { type: 'hang' }, 'not answered within'],
      ] as const)('%s without end: bounded attempts, then a retryable failure', async (_, fault, reason) => {
        const injected = proxy.inject(fault, { match: isPut, times: 1000 });
        const failure = await zone.put(newObject('a')).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'vault.zone-away', retryable: true });
        expect(String(failure)).toContain(reason);
        expect(injected.used()).toBe(VAULT_S3_LIMITS.attemptsMax);
      });

      test('an abort ends a call at once, and its reason comes back', async () => {
        proxy.inject({ type: 'hang' }, { match: isPut, times: 10 });
        const abort = new AbortController();
        const call = zone.put(newObject('a'), abort.signal);
        const begunMs = performance.now();
        abort.abort(new Error('the caller has waited enough'));
        await expect(call).rejects.toThrow('the caller has waited enough');
        expect(performance.now() - begunMs).toBeLessThan(ATTEMPT_MS);
      });

      test('a zone that was away when it was opened checks its bucket before it writes', async () => {
        const broken = proxy.inject({ type: 'answer', answer: s3Error(503, 'SlowDown') }, { times: 1000 });
        await makeBucket(owner, 'late-plain', 'plain');
        const late = await openZone(ceph, { bucket: 'late-plain', endpoint: proxy.endpoint });
        await expect(late.put(newObject('a'))).rejects.toMatchObject({ code: 'vault.zone-away' });
        broken.remove();
        await expect(late.put(newObject('a'))).rejects.toMatchObject({ code: 'vault-s3.bucket-unfit' });
        await late.close();
      });

      test('a redirect is not followed', async () => {
        let followed = 0;
        const elsewhere = createServer(() => {
          followed += 1;
        });
        await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
        const address = elsewhere.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        const answer: ProxyAnswer = { status: 307, headers: { location: `http://127.0.0.1:${port}/` } };
        const injected = proxy.inject({ type: 'answer', answer }, { match: isPut });
        await expect(zone.put(newObject('a'))).rejects.toMatchObject({ code: 'vault-s3.redirected' });
        expect(injected.used()).toBe(1);
        expect(followed).toBe(0);
        await new Promise((resolve) => elsewhere.close(resolve));
      });
    });

    describe('never believes a 200', () => {
      /** Takes the put in the place of the store: without its lock, or with other bytes. */
      const putInstead =
        (change: (bytes: Buffer) => Buffer, lock: boolean) =>
        async (request: {
          readonly url: string;
          readonly headers: Readonly<Record<string, string>>;
          readonly body: Buffer;
        }): Promise<ProxyAnswer> => {
          const Key = decodeURIComponent(new URL(request.url, 'http://x').pathname.replace('/faults/', ''));
          const answer = await owner.send(
            new PutObjectCommand({
              Bucket: 'faults',
              Key,
              Body: change(request.body),
              Metadata: { 'holdfast-sha256': request.headers['x-amz-meta-holdfast-sha256'] ?? '' },
              ...(lock
                ? { ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: new Date(Date.now() + 120_000) }
                : {}),
            }),
          );
          return { status: 200, headers: { 'x-amz-version-id': answer.VersionId ?? '', etag: answer.ETag ?? '' } };
        };
      const same = (bytes: Buffer): Buffer => bytes;
      const rotted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, at) => (at === 7 ? byte ^ 4 : byte)));

      test('a lock that the store dropped is set afterwards and checked', async () => {
        const object = newObject('a');
        const injected = proxy.inject({ type: 'handle', handle: putInstead(same, false) }, { match: isPut });
        const stored = await zone.put(object);
        expect(injected.used()).toBe(1);
        expect(stored.retainUntilMs).toBeGreaterThanOrEqual(object.retainUntilMs);
        expect(proxy.seen.filter((line) => isRetention(seenAs(line)))).toHaveLength(1);
        await expectKept(object);
      });

      test('a lock that the store drops again is a failure, not an acknowledgement', async () => {
        proxy.inject({ type: 'handle', handle: putInstead(same, false) }, { match: isPut });
        const swallowed = proxy.inject({ type: 'answer', answer: { status: 200 } }, { match: isRetention });
        await expect(zone.put(newObject('a'))).rejects.toMatchObject({ code: 'vault-s3.lock-not-kept' });
        expect(swallowed.used()).toBe(1);
      });

      test('a legal hold that the store drops is a failure', async () => {
        await zone.put(newObject('a'));
        const isHold: Match = ({ method, url }) => method === 'PUT' && /[?&]legal-hold/.test(url);
        const swallowed = proxy.inject({ type: 'answer', answer: { status: 200 } }, { match: isHold });
        await expect(zone.setLegalHold('a', true)).rejects.toMatchObject({ code: 'vault-s3.lock-not-kept' });
        expect(swallowed.used()).toBe(1);
      });

      test('a removal that did not happen is not reported as one', async () => {
        const object = newObject('a', { lockMs: 1000 });
        await zone.put(object);
        const isDelete: Match = ({ method }) => method === 'DELETE';
        const swallowed = proxy.inject({ type: 'answer', answer: { status: 204 } }, { match: isDelete, times: 10 });
        await expect
          .poll(() => zone.remove('a', Date.now()).catch((error: unknown) => codeOf(error)), { timeout: 20_000 })
          .toBe('vault-s3.store-refused');
        expect(swallowed.used()).toBeGreaterThan(0);
        expect(Buffer.compare(await zone.get('a'), object.bytes)).toBe(0);
      });

      test('other bytes than were put are found at the put, told at the read, and mended beside them', async () => {
        const object = newObject('a', { bytes: 50_000 });
        proxy.inject({ type: 'handle', handle: putInstead(rotted, true) }, { match: isPut });
        await expect(zone.put(object)).rejects.toMatchObject({ code: 'vault.object-damaged' });
        await expect(zone.get('a')).rejects.toMatchObject({ code: 'vault.object-damaged' });
        await expect(zone.put(object)).rejects.toMatchObject({ code: 'vault.object-damaged' });
        await expect(zone.mend(newObject('a'))).rejects.toMatchObject({ code: 'vault.name-taken' });
        await zone.mend(object);
        expect(Buffer.compare(await zone.get('a'), object.bytes)).toBe(0);
        await expect(zone.mend(object)).rejects.toMatchObject({ code: 'vault.mend-refused' });
        const laterMs = object.retainUntilMs + 3_600_000;
        await zone.extend('a', laterMs);
        const fresh = await openZone(ceph, { bucket: 'faults', prefix: `test-${count}` });
        expect(Buffer.compare(await fresh.get('a'), object.bytes)).toBe(0);
        expect((await fresh.head('a'))?.retainUntilMs).toBeGreaterThanOrEqual(laterMs);
        expect(await collect(fresh.anomalies(new Set(['a'])))).toEqual([]);
        await fresh.close();
      });

      test('a bit that flips on the way to the reader is not handed on', async () => {
        const object = newObject('a', { bytes: 50_000 });
        await zone.put(object);
        const once = proxy.inject({ type: 'flip-bit', at: 49_000 }, { match: isGet });
        expect(Buffer.compare(await zone.get('a'), object.bytes)).toBe(0);
        expect(once.used()).toBe(1);
        const always = proxy.inject({ type: 'flip-bit', at: 49_000 }, { match: isGet, times: 100 });
        await expect(zone.get('a')).rejects.toMatchObject({ code: 'vault.object-damaged' });
        expect(always.used()).toBe(2);
      });

      test('mending what is whole or missing is refused', async () => {
        const object = newObject('a');
        await expect(zone.mend(object)).rejects.toMatchObject({ code: 'vault.object-missing' });
        await zone.put(object);
        expect(sha256(await zone.get('a'))).toBe(object.sha256);
        await expect(zone.mend(object)).rejects.toMatchObject({ code: 'vault.mend-refused' });
      });
    });
  });
};

function seenAs(line: string): { readonly method: string; readonly url: string } {
  const [method = '', url = ''] = line.split(' ');
  return { method, url };
}

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);
