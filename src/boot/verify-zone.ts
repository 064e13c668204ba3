import { Failure, silentLog, systemClock } from '../base/index.ts';
import { readVaultKeys, type VerifyReport, verifyZone } from '../vault/index.ts';
import { BOOT_FAILURES } from './failures.ts';
import { openZone } from './zones.ts';

/** Verifies one zone elsewhere, with the zone and the keys alone. `failure` is what to end with when it is not whole. */
export async function verifyZoneOffline(where: {
  readonly zone: string;
  readonly keys: string;
}): Promise<VerifyReport & { readonly failure: Failure }> {
  const log = silentLog();
  const keys = await readVaultKeys({ folder: where.keys, log });
  const plan = { name: 'zone', failureDomain: 'unknown', remote: false, url: where.zone };
  const { driver } = await openZone(plan, { clock: systemClock, log, create: false });
  try {
    const report = await verifyZone({ driver, keys });
    return {
      ...report,
      failure: new Failure(BOOT_FAILURES.zoneDamaged, { zone: where.zone, problems: report.problemCount }),
    };
  } finally {
    await driver.close();
  }
}
