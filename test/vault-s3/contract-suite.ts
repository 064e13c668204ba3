import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe } from 'vitest';
import type { ZoneDriver } from '../../src/vault/types.ts';
import { driverContract } from '../vault/driver-contract.ts';
import { makeBucket, openZone, rawClient } from './bucket.ts';
import type { Ceph } from './ceph.ts';

export const storeContract = (running: () => Ceph): void => {
  describe('the contract of zones, on Ceph', () => {
    let ceph: Ceph;
    let owner: S3Client;

    beforeAll(async () => {
      ceph = running();
      owner = rawClient(ceph);
      await makeBucket(owner, 'contract');
    });
    afterAll(async () => {
      owner?.destroy();
    });

    driverContract('s3', async () => {
      const opened: ZoneDriver[] = [];
      const open = async (): Promise<ZoneDriver> => {
        const zone = await openZone(ceph, { bucket: 'contract', prefix: 'contract-zone' });
        opened.push(zone);
        return zone;
      };
      const driver = await open();
      return {
        driver,
        nowMs: () => Date.now(),
        passMs: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        // Locks have whole seconds; shorter ones could end before the legal hold is set.
        shortLockMs: 3000,
        flipBit: async (name) => {
          const versionId = (await driver.head(name))?.versionId ?? '';
          await ceph.flipBit({ key: `contract-zone/${name}`, versionId });
        },
        plantStranger: async () => {
          await owner.send(
            new PutObjectCommand({ Bucket: 'contract', Key: 'contract-zone/contract/stranger', Body: 'x' }),
          );
          return 'contract/stranger';
        },
        reopen: open,
        listedObjects: 1030,
        close: async () => {
          for (const zone of opened) await zone.close();
        },
      };
    });
  });
};
