import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ZoneDriver } from '../../src/vault/types.ts';
import { collect, eventually, makeBucket, newObject, openZone, rawClient } from './bucket.ts';
import type { Ceph } from './ceph.ts';

export const zoneSuite = (running: () => Ceph): void => {
  describe('a zone in a bucket of Ceph', () => {
    let ceph: Ceph;
    let attacker: S3Client;
    let zone: ZoneDriver;

    beforeAll(async () => {
      ceph = running();
      attacker = rawClient(ceph);
      await makeBucket(attacker, 'vault');
      zone = await openZone(ceph, { bucket: 'vault', prefix: 'zone-a' });
    });
    afterAll(async () => {
      await zone?.close();
      attacker?.destroy();
    });

    describe('keeps what is put', () => {
      test('an object comes back byte for byte, with its lock and its version', async () => {
        const object = newObject('keep/8m', { bytes: 8 * 1024 * 1024 });
        const stored = await zone.put(object);
        expect(stored).toMatchObject({ name: 'keep/8m', lengthBytes: object.bytes.length, sha256: object.sha256 });
        expect(stored.versionId).toMatch(/.+/);
        expect(stored.retainUntilMs).toBeGreaterThanOrEqual(object.retainUntilMs);
        expect(stored.retainUntilMs).toBeLessThan(object.retainUntilMs + 1000);
        expect(Buffer.compare(await zone.get('keep/8m'), object.bytes)).toBe(0);
        expect(await zone.head('keep/8m')).toEqual(stored);
      });

      test('an empty object is an object', async () => {
        await zone.put(newObject('keep/empty', { bytes: 0 }));
        expect((await zone.get('keep/empty')).length).toBe(0);
      });

      test('the same put again makes no second version and may extend the lock', async () => {
        const object = newObject('keep/twice');
        const first = await zone.put(object);
        const again = await zone.put({ ...object, retainUntilMs: object.retainUntilMs + 60_000 });
        expect(again.versionId).toBe(first.versionId);
        expect(again.retainUntilMs).toBeGreaterThanOrEqual(object.retainUntilMs + 60_000);
        const shorter = await zone.put({ ...object, retainUntilMs: object.retainUntilMs - 30_000 });
        expect(shorter.retainUntilMs).toBe(again.retainUntilMs);
        expect(await collect(zone.anomalies(new Set(['keep/twice'])))).not.toContainEqual(
          expect.objectContaining({ name: 'keep/twice' }),
        );
      });

      test('other bytes under a taken name are refused', async () => {
        const object = newObject('keep/taken');
        await zone.put(object);
        await expect(zone.put(newObject('keep/taken'))).rejects.toMatchObject({ code: 'vault.name-taken' });
        expect(Buffer.compare(await zone.get('keep/taken'), object.bytes)).toBe(0);
      });

      test('of two writers with other bytes exactly one has the name, and its bytes are what everybody reads', async () => {
        const writers = await Promise.all([1, 2, 3, 4].map(() => openZone(ceph, { bucket: 'vault', prefix: 'race' })));
        const objects = writers.map(() => newObject('one-name'));
        const results = await Promise.allSettled(
          writers.map(async (writer, at) => writer.put(objects[at] ?? newObject('one-name'))),
        );
        const winners = objects.filter((_, at) => results[at]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'vault.name-taken' });
        }
        for (const writer of writers) {
          expect(Buffer.compare(await writer.get('one-name'), winners[0]?.bytes ?? Buffer.alloc(0))).toBe(0);
          await writer.close();
        }
      });

      test('bytes that do not have the hash given with them never leave', async () => {
        const object = { ...newObject('keep/wrong'), sha256: 'a'.repeat(64) };
        await expect(zone.put(object)).rejects.toMatchObject({ code: 'vault.checksum-mismatch' });
        expect(await zone.head('keep/wrong')).toBeUndefined();
      });

      test('what is not there is missing, and a bad name is refused', async () => {
        await expect(zone.get('keep/none')).rejects.toMatchObject({ code: 'vault.object-missing' });
        expect(await zone.head('keep/none')).toBeUndefined();
        await expect(zone.get('../escape')).rejects.toMatchObject({ code: 'vault.name-invalid' });
      });

      test('names are listed in order, by prefix and from a place on', async () => {
        const names = ['list/a', 'list/a.b', 'list/a/c', 'list/b', 'list/c'];
        for (const name of [...names].reverse()) await zone.put(newObject(name));
        await attacker.send(new DeleteObjectCommand({ Bucket: 'vault', Key: 'zone-a/list/b' }));
        const listed = async (prefix: string, after?: string): Promise<string[]> =>
          (await collect(zone.list(prefix, after))).map((object) => object.name);
        expect(await listed('list/')).toEqual(names);
        expect(await listed('list/', 'list/a.b')).toEqual(['list/a/c', 'list/b', 'list/c']);
        expect(await listed('list/a')).toEqual(['list/a', 'list/a.b', 'list/a/c']);
        expect(await listed('nothing/')).toEqual([]);
      });
    });

    describe('locks', () => {
      test('a lock is extended and never shortened', async () => {
        const { retainUntilMs } = await zone.put(newObject('lock/extend'));
        const extended = await zone.extend('lock/extend', retainUntilMs + 60_000);
        expect(extended.retainUntilMs).toBe(retainUntilMs + 60_000);
        await expect(zone.extend('lock/extend', retainUntilMs)).rejects.toMatchObject({
          code: 'vault.lock-shorten-refused',
        });
        expect((await zone.head('lock/extend'))?.retainUntilMs).toBe(retainUntilMs + 60_000);
      });

      test('nothing is removed before its time, even when the caller believes in another time', async () => {
        const object = newObject('lock/early');
        await zone.put(object);
        const later = Date.now() + 365 * 86_400_000;
        await expect(zone.remove('lock/early', later)).rejects.toMatchObject({ code: 'vault.locked' });
        expect(Buffer.compare(await zone.get('lock/early'), object.bytes)).toBe(0);
      });

      test('after its time an object is removed with every version and marker on top of it', async () => {
        await zone.put(newObject('lock/ended', { lockMs: 1500 }));
        await attacker.send(new PutObjectCommand({ Bucket: 'vault', Key: 'zone-a/lock/ended', Body: 'other' }));
        await attacker.send(new DeleteObjectCommand({ Bucket: 'vault', Key: 'zone-a/lock/ended' }));
        await eventually(() => zone.remove('lock/ended', Date.now()));
        expect(await zone.head('lock/ended')).toBeUndefined();
        expect(await collect(zone.anomalies(new Set(['lock/ended'])))).not.toContainEqual(
          expect.objectContaining({ name: 'lock/ended' }),
        );
        await expect(zone.remove('lock/ended', Date.now())).rejects.toMatchObject({ code: 'vault.object-missing' });
      });

      test('a legal hold keeps an object whose time has passed, until it is lifted', async () => {
        const { retainUntilMs } = await zone.put(newObject('lock/hold', { lockMs: 1500 }));
        expect((await zone.setLegalHold('lock/hold', true)).legalHold).toBe(true);
        await eventually(async () => expect(Date.now()).toBeGreaterThan(retainUntilMs + 1000));
        await expect(zone.remove('lock/hold', Date.now())).rejects.toMatchObject({ code: 'vault.locked' });
        expect((await zone.setLegalHold('lock/hold', false)).legalHold).toBe(false);
        await zone.remove('lock/hold', Date.now());
        expect(await zone.head('lock/hold')).toBeUndefined();
      });
    });

    describe('holds against whoever has the same credentials', () => {
      test('a later version and a delete marker change no read, and both are told', async () => {
        const object = newObject('attack/over');
        const stored = await zone.put(object);
        await attacker.send(new PutObjectCommand({ Bucket: 'vault', Key: 'zone-a/attack/over', Body: 'ransom' }));
        await attacker.send(new DeleteObjectCommand({ Bucket: 'vault', Key: 'zone-a/attack/over' }));
        const fresh = await openZone(ceph, { bucket: 'vault', prefix: 'zone-a' });
        for (const reader of [zone, fresh]) {
          expect(Buffer.compare(await reader.get('attack/over'), object.bytes)).toBe(0);
          expect((await reader.head('attack/over'))?.versionId).toBe(stored.versionId);
        }
        const told = (await collect(fresh.anomalies(new Set(['attack/over'])))).filter(
          (anomaly) => anomaly.name === 'attack/over',
        );
        expect(told.map((anomaly) => anomaly.type).sort()).toEqual(['delete-marker', 'unexpected-version']);
        await expect(fresh.put(newObject('attack/over'))).rejects.toMatchObject({ code: 'vault.name-taken' });
        await fresh.close();
      });

      test('a later version that claims the same hash is not believed', async () => {
        const object = newObject('attack/forged');
        await zone.put(object);
        const Metadata = { 'holdfast-sha256': object.sha256 };
        const forged = Buffer.from(object.bytes.map((byte) => byte ^ 1));
        await attacker.send(
          new PutObjectCommand({ Bucket: 'vault', Key: 'zone-a/attack/forged', Body: forged, Metadata }),
        );
        expect(Buffer.compare(await zone.get('attack/forged'), object.bytes)).toBe(0);
        expect(await collect(zone.anomalies(new Set(['attack/forged'])))).toContainEqual(
          expect.objectContaining({ type: 'unexpected-version', name: 'attack/forged' }),
        );
      });

      test('more versions than one page holds do not hide the first one', async () => {
        const object = newObject('attack/many');
        await zone.put(object);
        for (let at = 0; at < 130; at += 1) {
          await attacker.send(new PutObjectCommand({ Bucket: 'vault', Key: 'zone-a/attack/many', Body: String(at) }));
        }
        const fresh = await openZone(ceph, { bucket: 'vault', prefix: 'zone-a' });
        expect(Buffer.compare(await fresh.get('attack/many'), object.bytes)).toBe(0);
        await fresh.close();
      });

      test('an object put under a name before the vault did, without its mark, does not get the name', async () => {
        await attacker.send(new PutObjectCommand({ Bucket: 'vault', Key: 'zone-a/attack/first', Body: 'squatter' }));
        const object = newObject('attack/first');
        await zone.put(object);
        expect(Buffer.compare(await zone.get('attack/first'), object.bytes)).toBe(0);
        expect(await collect(zone.anomalies(new Set(['attack/first'])))).toContainEqual(
          expect.objectContaining({ type: 'unexpected-version', name: 'attack/first' }),
        );
      });

      test('strange keys and objects without a lock are told', async () => {
        const other = await openZone(ceph, { bucket: 'vault', prefix: 'zone-b' });
        const object = newObject('unlocked');
        const put = { Bucket: 'vault', Body: object.bytes, Metadata: { 'holdfast-sha256': object.sha256 } };
        await attacker.send(new PutObjectCommand({ ...put, Key: 'zone-b/unlocked' }));
        await attacker.send(new PutObjectCommand({ ...put, Key: 'zone-b/Ünknown \u0001+ %41' }));
        const told = await collect(other.anomalies(new Set(['unlocked'])));
        expect(told).toContainEqual(expect.objectContaining({ type: 'lock-missing', name: 'unlocked' }));
        expect(told).toContainEqual(expect.objectContaining({ type: 'unknown-object', name: 'Ünknown \u0001+ %41' }));
        expect((await collect(other.list(''))).map((listed) => listed.name)).toEqual(['unlocked']);
        await other.close();
      });
    });

    describe('probes what the bucket enforces', () => {
      test('COMPLIANCE holds, and what the store does not do is said', async () => {
        const found = await zone.probe(Date.now());
        expect(found).toMatchObject({ overwriteRefused: true, deleteRefused: true, shortenRefused: true });
        expect(found).toMatchObject({ extendWorks: true, legalHoldWorks: true });
        const said = found.caveats.join('\n');
        expect(said).toMatch(/administers the storage/);
        expect(said).toMatch(/If-None-Match/);
        expect(said).toMatch(/multipart upload is dropped/);
        expect(said).toMatch(/not encrypted/);
        expect((await collect(zone.list(''))).filter((object) => object.name.includes('probe'))).toEqual([]);
      });

      test('GOVERNANCE with credentials that may bypass it is not called immutable', async () => {
        const governed = await openZone(ceph, { bucket: 'vault', prefix: 'governed', mode: 'GOVERNANCE' });
        const found = await governed.probe(Date.now());
        expect(found).toMatchObject({ overwriteRefused: true, deleteRefused: false, shortenRefused: false });
        expect(found.caveats.join('\n')).toMatch(/bypass governance: a locked object can be removed/);
        await governed.close();
      });
    });

    describe('refuses what it cannot keep', () => {
      test.each(['versioned', 'plain'] as const)('a %s bucket without Object Lock', async (kind) => {
        await makeBucket(attacker, `bucket-${kind}`, kind);
        await expect(openZone(ceph, { bucket: `bucket-${kind}` })).rejects.toMatchObject({
          code: 'vault-s3.bucket-unfit',
          retryable: false,
        });
      });

      test.each([
        ['an unknown key', { accessKeyId: 'NOBODYNOBODYNOBODY00', secretAccessKey: 'x'.repeat(40) }],
        ['a wrong secret', { accessKeyId: 'HOLDFASTTESTACCESSKEY', secretAccessKey: 'x'.repeat(40) }],
      ])('with %s the zone is away, and no message holds a credential', async (_, credentials) => {
        const other = await openZone(ceph, { bucket: 'vault', prefix: 'zone-a', credentials });
        const calls = [
          () => other.put(newObject('c/x')),
          () => other.get('c/x'),
          () => other.head('c/x'),
          () => collect(other.list('')),
        ];
        for (const call of calls) {
          const failure = await call().then(
            () => undefined,
            (error: unknown) => error,
          );
          expect(failure).toMatchObject({ code: 'vault.zone-away', retryable: true });
          expect(JSON.stringify(failure) + String(failure)).not.toContain(credentials.accessKeyId);
          expect(JSON.stringify(failure) + String(failure)).not.toContain(credentials.secretAccessKey);
        }
        await other.close();
      });

      test('a bucket that does not exist, or an endpoint where nobody listens, is away', async () => {
        const missing = await openZone(ceph, { bucket: 'nowhere' });
        await expect(missing.put(newObject('a'))).rejects.toMatchObject({ code: 'vault.zone-away', retryable: true });
        const gone = await openZone(ceph, { bucket: 'vault', endpoint: 'http://127.0.0.1:9' });
        await expect(gone.get('a')).rejects.toMatchObject({ code: 'vault.zone-away', retryable: true });
      });
    });

    test('whoever administers the storage is not bound: what the caveat says is true', async () => {
      await makeBucket(attacker, 'purged');
      const doomed = await openZone(ceph, { bucket: 'purged' });
      await doomed.put(newObject('a', { lockMs: 3_600_000 }));
      await ceph.admin('bucket', 'rm', '--bucket=purged', '--purge-objects');
      await expect(doomed.get('a')).rejects.toMatchObject({ code: expect.stringMatching(/zone-away|object-missing/) });
      await doomed.close();
    });
  });
};
