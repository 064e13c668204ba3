import { isFailure, type RegisteredFailure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import type { Primitives } from '../../format/primitives.ts';
import type { ZoneCapabilities, ZoneDriver } from '../../types.ts';

const PROBE_LOCK_MS = 60_000;
const CAVEAT =
  'a folder is protected from everything Holdfast does, but not from whoever may write to it on this machine (root, the user that Holdfast runs as, or the owner of the disk)';

/** Puts an object of its own and tries to overwrite, remove and unlock it; what an earlier probe left goes first. */
export async function probeZone(input: {
  readonly driver: ZoneDriver;
  readonly nowMs: number;
  readonly primitives: Primitives;
}): Promise<ZoneCapabilities> {
  const { driver, nowMs, primitives } = input;
  for await (const left of driver.list('probe/')) {
    if (left.retainUntilMs <= nowMs && !left.legalHold) await driver.remove(left.name, nowMs);
  }
  const name = `probe/${primitives.randomBytes(12).toString('hex')}`;
  const bytes = primitives.randomBytes(64);
  const other = primitives.randomBytes(64);
  const until = nowMs + PROBE_LOCK_MS;
  const objectOf = async (content: Buffer): Promise<Parameters<ZoneDriver['put']>[0]> => ({
    name,
    bytes: content,
    sha256: (await primitives.sha256(content)).toString('hex'),
    retainUntilMs: until,
  });
  await driver.put(await objectOf(bytes));
  const overwriteRefused =
    (await refusedWith(VAULT_FAILURES.nameTaken, async () => driver.put(await objectOf(other)))) &&
    bytes.equals(await driver.get(name));
  const deleteRefused = await refusedWith(VAULT_FAILURES.locked, () => driver.remove(name, until + 1));
  const shortenRefused = await refusedWith(VAULT_FAILURES.lockShortenRefused, () => driver.extend(name, until - 1));
  const extendWorks = (await driver.extend(name, until + 1)).retainUntilMs === until + 1;
  const legalHoldWorks = await holdRefusesRemoval(driver, { ...(await objectOf(other)), name: `${name}-hold` }, nowMs);
  return {
    overwriteRefused,
    deleteRefused,
    shortenRefused,
    extendWorks,
    legalHoldWorks,
    caveats: [CAVEAT],
  };
}

/** Its time has passed already, so that nothing but the hold can refuse the removal. */
async function holdRefusesRemoval(
  driver: ZoneDriver,
  object: Parameters<ZoneDriver['put']>[0],
  nowMs: number,
): Promise<boolean> {
  await driver.put({ ...object, retainUntilMs: nowMs });
  const held = await driver.setLegalHold(object.name, true);
  const refused = await refusedWith(VAULT_FAILURES.locked, () => driver.remove(object.name, nowMs));
  const released = await driver.setLegalHold(object.name, false);
  await driver.remove(object.name, nowMs);
  return held.legalHold && refused && !released.legalHold;
}

async function refusedWith(spec: RegisteredFailure, attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    if (isFailure(error, spec)) return true;
    throw error;
  }
}
