import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFailure } from '../../src/base/index.ts';
import type { ZoneDriver } from '../../src/vault/types.ts';
import { collect, makeBucket, newObject, openZone, rawClient, type TestObject } from './bucket.ts';
import type { Ceph } from './ceph.ts';

const WRITERS = 4;
const OBJECTS_BEFORE = 60;
const OBJECTS_AFTER = 120;

export const osdLossSuite = (running: () => Ceph): void => {
  describe('a store of three places that loses one', () => {
    let ceph: Ceph;
    let zone: ZoneDriver;

    beforeAll(async () => {
      ceph = running();
      const client = rawClient(ceph);
      await makeBucket(client, 'osd-loss');
      client.destroy();
      zone = await openZone(ceph, { bucket: 'osd-loss', attemptMs: 20_000 });
    });
    afterAll(async () => {
      await zone?.close();
    });

    test('loses no acknowledged object when one of three OSDs is killed under the writers', async () => {
      const acknowledged: TestObject[] = [];
      const atMs: number[] = [];
      let failed = 0;
      let killed = false;
      const writer = async (number: number): Promise<void> => {
        for (let at = 0; acknowledged.length < OBJECTS_BEFORE + OBJECTS_AFTER; at += 1) {
          const object = newObject(`w${number}/${at}`, { bytes: 20_000, lockMs: 600_000 });
          try {
            await zone.put(object);
            acknowledged.push(object);
            atMs.push(performance.now());
          } catch (error) {
            // What is not acknowledged may fail, but only in a way that the caller can repeat.
            if (!isFailure(error) || !error.retryable) throw error;
            failed += 1;
          }
          if (!killed && acknowledged.length >= OBJECTS_BEFORE) {
            killed = true;
            ceph.killOsd(0);
          }
        }
      };
      await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
      expect(killed).toBe(true);
      const gapMs = Math.max(...atMs.slice(1).map((time, at) => time - (atMs[at] ?? time)));
      console.log(
        `one of three OSDs killed: ${acknowledged.length} puts acknowledged, ${failed} failed, ` +
          `longest gap between acknowledgements ${Math.round(gapMs)} ms`,
      );
      const fresh = await openZone(ceph, { bucket: 'osd-loss' });
      for (const object of acknowledged) expect(Buffer.compare(await fresh.get(object.name), object.bytes)).toBe(0);
      const names = new Set((await collect(fresh.list(''))).map((object) => object.name));
      expect(acknowledged.filter((object) => !names.has(object.name))).toEqual([]);
      expect(gapMs).toBeLessThan(30_000);
      await fresh.close();
    });
  });
};
