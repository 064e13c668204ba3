import { createHash } from 'node:crypto';
import { DAY_MS, isFailure, newSecret } from '../base/index.ts';
import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import type { VaultStore, ZoneSpec } from '../vault/index.ts';
import type { VaultProbeDeps } from './vault-probe-deps.ts';

const KIND = 'probe';

/**
 * M11: a canary item is put into the live vault; then overwriting, replacing, removing and shortening its lock are tried
 * on each of its objects in each zone; all must be refused, and the bytes must come back unchanged from each zone. The
 * control: making a lock later is allowed.
 */
export const versionImmutable = (deps: VaultProbeDeps): Probe => ({
  id: 'version-immutable',
  promise: 'M11',
  statement: 'A stored version cannot be overwritten, removed or unlocked, and every zone has it',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    const { vault, clock } = deps;
    const bytes = Buffer.from(`a canary version ${newSecret(64)}`);
    const retainUntilMs = clock.nowMs() + DAY_MS;
    const started = clock.monotonicMs();
    const item = await vault.put(once(bytes), { kind: KIND, facts: { probe: newSecret(12) }, retainUntilMs, signal });
    const committedMs = Math.round(clock.monotonicMs() - started);
    await vault.idle();
    const attempts: string[] = [];
    const open: string[] = [];
    const names = await vault.objectNames(item.id);
    const targets = vault.zones.flatMap((zone) => names.map((name) => ({ zone, name })));
    for (const { zone, name } of targets) {
      for (const attempt of await attackObject(zone, name, { nowMs: clock.nowMs(), retainUntilMs })) {
        attempts.push(attempt.name);
        if (!attempt.isRefused) open.push(attempt.name);
      }
    }
    const read = await readFromZones(vault, item.id, bytes);
    const extended = await vault.extend(item.id, retainUntilMs + 1000);
    return outcome({
      attempts: attempts.length,
      open,
      read,
      zones: vault.zones.length,
      committedMs,
      isExtended: extended.retainUntilMs > retainUntilMs,
    });
  },
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

interface Attempt {
  readonly name: string;
  readonly isRefused: boolean;
}

/** Tries on one object of the canary in a zone what must never work. */
async function attackObject(
  { name: zone, driver }: ZoneSpec,
  target: string,
  lock: { readonly nowMs: number; readonly retainUntilMs: number },
): Promise<readonly Attempt[]> {
  // Refused attempts on what is not there would prove nothing.
  if ((await driver.head(target)) === undefined) return [{ name: `${zone}: the canary is missing`, isRefused: false }];
  const other = Buffer.from('other bytes under the same name');
  const sha256 = createHash('sha256').update(other).digest('hex');
  const tryIt = async (what: string, act: () => Promise<unknown>): Promise<Attempt> => {
    const isRefused = await act().then(
      () => false,
      (error: unknown) => isFailure(error),
    );
    return { name: `${zone}: ${what}`, isRefused };
  };
  return [
    await tryIt('overwrite', () =>
      driver.put({ name: target, bytes: other, sha256, retainUntilMs: lock.retainUntilMs }),
    ),
    await tryIt('replace as if mending', () =>
      driver.mend({ name: target, bytes: other, sha256, retainUntilMs: lock.retainUntilMs }),
    ),
    await tryIt('remove', () => driver.remove(target, lock.nowMs)),
    await tryIt('shorten the lock', () => driver.extend(target, lock.nowMs)),
  ];
}

async function readFromZones(vault: VaultStore, id: string, bytes: Buffer): Promise<readonly string[]> {
  const good: string[] = [];
  for (const zone of vault.zones) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of vault.get(id, { zone: zone.name })) chunks.push(chunk);
    if (Buffer.concat(chunks).equals(bytes)) good.push(zone.name);
  }
  return good;
}

function outcome(seen: {
  readonly attempts: number;
  readonly open: readonly string[];
  readonly read: readonly string[];
  readonly zones: number;
  readonly committedMs: number;
  readonly isExtended: boolean;
}): ProbeOutcome {
  const measurements = {
    attemptsRefused: seen.attempts - seen.open.length,
    attemptsOpen: seen.open.length,
    zonesRead: seen.read.length,
    committedAfterMs: seen.committedMs,
  };
  if (seen.open.length > 0) return { passed: false, summary: `Not refused: ${seen.open.join(', ')}.`, measurements };
  if (seen.read.length < seen.zones)
    return { passed: false, summary: `Read back from ${seen.read.join(', ')} only.`, measurements };
  if (!seen.isExtended) return { passed: false, summary: 'Refused as well: making a lock later.', measurements };
  return {
    passed: true,
    summary: `A version committed in ${seen.committedMs} ms was read back from ${seen.zones} zones; ${seen.attempts} attempts to overwrite, remove or unlock it were refused.`,
    measurements,
  };
}
