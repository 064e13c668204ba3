import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ceph, cephUnavailable, startCeph } from './ceph.ts';
import { storeContract } from './contract-suite.ts';
import { docsSuite } from './docs-suite.ts';
import { faultsSuite } from './faults-suite.ts';
import { osdLossSuite } from './osd-loss-suite.ts';
import { zoneSuite } from './zone-suite.ts';

/** One cluster for all suites, each with a bucket of its own: starting it takes longer than most of them. */
const unavailable = cephUnavailable();

describe.skipIf(unavailable !== undefined)(`S3 zones on Ceph ${unavailable ?? ''}`, () => {
  let ceph: Ceph;
  const running = (): Ceph => ceph;

  beforeAll(async () => {
    ceph = await startCeph({ osds: 3 });
  });
  afterAll(() => ceph?.stop());

  test('the server is ready in under half a minute', () => {
    expect(ceph.readyAfterMs).toBeLessThan(30_000);
  });

  storeContract(running);
  zoneSuite(running);
  faultsSuite(running);
  docsSuite(running);
  // The last one: the cluster has one place less after it.
  osdLossSuite(running);
});
