import type { Clock, Log } from '../../base/index.ts';
import { type Codec, openCodec } from '../format/codec.ts';
import { type Primitives, threadPoolPrimitives } from '../format/primitives.ts';
import { createSealer } from '../format/sealer.ts';
import { createAgeKeys } from '../keys/age-keys.ts';
import type { VaultKeys } from '../keys/vault-keys.ts';
import { VAULT_LIMITS } from '../limits.ts';
import { createTurns } from '../turns.ts';
import type { Vault, ZoneCapabilities, ZoneSpec } from '../types.ts';
import { checkStart } from './check-start.ts';
import { createClockMarks } from './clock-marks.ts';
import { type CompareOptions, type CompareReport, catchUp, compareZones } from './compare-zones.ts';
import type { VaultContext } from './context.ts';
import { describeItem } from './describe-item.ts';
import { applyExpiry, type ExpiryPlan, type ExpiryReport, planExpiry } from './expire-items.ts';
import { getItem } from './get-item.ts';
import { createItemObjects } from './item-objects.ts';
import { listItems } from './list-items.ts';
import { locateItem } from './locate-item.ts';
import { extendItem, setLegalHold } from './lock-item.ts';
import { objectNamesOf } from './object-names.ts';
import { createPiecePool } from './piece-pool.ts';
import { putItem } from './put-item.ts';
import type { ReplicationLag } from './replication-lag.ts';
import { createScrub, type Scrub, type ScrubSettings } from './scrub.ts';
import { createZoneSet, type Zone } from './zone-set.ts';

export interface VaultSettings {
  readonly zones: readonly ZoneSpec[];
  /** How many zones must hold an item before it is acknowledged; default a majority (2 of 3). */
  readonly writeQuorum?: number;
  readonly keys: VaultKeys;
  /** age recipients (`age1…`): the bytes of items are sealed to them, so that this installation cannot read them. */
  readonly recipients?: readonly string[];
  /** age identities, where reading what was sealed to recipients is wanted. */
  readonly identities?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** For simulations. */
  readonly primitives?: Primitives;
  readonly codec?: Codec;
  readonly chunkBytes?: number;
}

/** How far a zone is behind. */
export interface ZoneReplication {
  readonly zone: string;
  readonly failureDomain: string;
  readonly remote: boolean;
  readonly location: string;
  readonly state: 'in-step' | 'behind' | 'comparing' | 'away';
  /** Items known to lack a copy there; more may come out while it is being compared. */
  readonly missingItems: number;
  /** Since when the oldest of them is missing. */
  readonly behindSinceMs: number | undefined;
  readonly awaySinceMs: number | undefined;
  /** From the acknowledgement by other zones until this one had the copy, measured since the start. */
  readonly lag: ReplicationLag | undefined;
  readonly problem: string | undefined;
}

export interface ProbedZone {
  readonly zone: string;
  /** Undefined when the zone could not be tried. */
  readonly capabilities: ZoneCapabilities | undefined;
  /** True when everything that the vault promises was seen to be enforced. */
  readonly enforces: boolean;
  readonly problem: string | undefined;
}

/** The vault with what runs and watches over it. */
export interface VaultStore extends Vault {
  readonly writeQuorum: number;
  readonly zones: readonly ZoneSpec[];
  /** Under which names the zones hold an item, for probes that attack it there; throws `vault.item-missing`. */
  readonly objectNames: (id: string) => Promise<readonly string[]>;
  readonly replication: () => readonly ZoneReplication[];
  /** Tries in every zone what it claims to enforce; for the start, the trust page and hourly proofs. */
  readonly probeZones: () => Promise<readonly ProbedZone[]>;
  /** Tries missing copies now; compares all names where needed. The loop of `start` calls it. */
  readonly catchUp: (signal?: AbortSignal) => Promise<CompareReport | undefined>;
  /** Brings one zone to all that the others hold, what has expired included: for an emptied or a new zone. */
  readonly rebuildZone: (
    zone: string,
    options?: Pick<CompareOptions, 'onProgress' | 'signal'>,
  ) => Promise<CompareReport>;
  readonly createScrub: (settings: ScrubSettings) => Scrub;
  readonly planExpiry: (nowMs: number, livingIds: ReadonlySet<string>) => Promise<ExpiryPlan>;
  readonly applyExpiry: (plan: ExpiryPlan) => Promise<ExpiryReport>;
  /** A person says that the machine's clock is right, after `vault.clock-implausible`. */
  readonly confirmClock: () => Promise<void>;
  /** Starts catch-up and the noting of the time. */
  readonly start: () => void;
  /** Settles when no work goes on behind the callers' backs. */
  readonly idle: () => Promise<void>;
  /** Stops the loops, waits for what was begun and closes the zones. */
  readonly close: () => Promise<void>;
}

/** Opens the vault; throws `vault.key-missing` when a zone holds items of a key that is not here. */
export async function createVault(settings: VaultSettings): Promise<VaultStore> {
  const running = new Set<Promise<void>>();
  const context = await createContext(settings, running);
  const { clock } = settings;
  const marks = createClockMarks(context);
  await checkStart(context);
  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  const stop = new AbortController();
  let looping: Promise<void> | undefined;
  const scrubs = new Set<Scrub>();
  return {
    writeQuorum: context.zones.quorum,
    zones: settings.zones,
    put: (bytes, options) => putItem(context, bytes, options),
    get: (id, options) => getItem(context, id, options),
    head: async (id) => {
      const located = await locateItem(context, id);
      return located.records.size === 0 ? undefined : describeItem(context, located);
    },
    list: (kind) => listItems(context, kind),
    extend: (id, retainUntilMs) => extendItem(context, id, retainUntilMs),
    setLegalHold: (id, on) => setLegalHold(context, id, on),
    objectNames: (id) => objectNamesOf(context, id),
    replication: () => context.zones.all.map(describeZone),
    probeZones: () => Promise.all(context.zones.all.map((zone) => probeOne(zone, clock.nowMs()))),
    catchUp: (signal) => catchUp(context, signal),
    rebuildZone: (zone, options) =>
      compareZones(context, { ...options, only: context.zones.named(zone), everything: true }),
    createScrub: (scrubSettings) => {
      const scrub = createScrub(context, scrubSettings);
      scrubs.add(scrub);
      return scrub;
    },
    planExpiry: (nowMs, livingIds) => planExpiry(context, { nowMs, livingIds, marks }),
    applyExpiry: (plan) => applyExpiry(context, plan, marks),
    confirmClock: () => marks.confirm(),
    start: () => {
      looping ??= runLoop(context, marks, stop.signal);
    },
    idle,
    close: async () => {
      stop.abort();
      for (const scrub of scrubs) await scrub.stop();
      await looping;
      await idle();
      await Promise.all(settings.zones.map((zone) => zone.driver.close()));
    },
  };
}

async function createContext(settings: VaultSettings, running: Set<Promise<void>>): Promise<VaultContext> {
  const { zones, keys, clock, log } = settings;
  const primitives = settings.primitives ?? threadPoolPrimitives;
  const sealer = createSealer({
    keys,
    age: createAgeKeys(settings),
    codec: settings.codec ?? (await openCodec()),
    primitives,
  });
  const chunkBytes = settings.chunkBytes ?? VAULT_LIMITS.chunkBytes;
  const quorum = settings.writeQuorum ?? Math.floor(zones.length / 2) + 1;
  return {
    zones: createZoneSet({ zones, quorum, clock, log }),
    items: createItemObjects({ sealer, keys, primitives }),
    sealer,
    primitives,
    clock,
    log,
    chunkBytes,
    pool: createPiecePool(chunkBytes),
    turn: createTurns(),
    uploading: new Set(),
    background: (what, task) => {
      const done = task().then(
        () => undefined,
        (error: unknown) => log.warn({ error }, `${what} failed; the next comparison or scrub tries it again`),
      );
      const tracked = done.finally(() => running.delete(tracked));
      running.add(tracked);
    },
  };
}

async function probeOne(zone: Zone, nowMs: number): Promise<ProbedZone> {
  try {
    const capabilities = await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.probe(nowMs));
    const { overwriteRefused, deleteRefused, shortenRefused, extendWorks, legalHoldWorks } = capabilities;
    const enforces = overwriteRefused && deleteRefused && shortenRefused && extendWorks && legalHoldWorks;
    return { zone: zone.name, capabilities, enforces, problem: undefined };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { zone: zone.name, capabilities: undefined, enforces: false, problem };
  }
}

const describeZone = (zone: Zone): ZoneReplication => {
  const awaySinceMs = zone.awaySinceMs();
  const since = [...zone.missing.values()];
  const state = (): ZoneReplication['state'] => {
    if (awaySinceMs !== undefined) return 'away';
    if (zone.missing.size > 0) return 'behind';
    return zone.unsure() ? 'comparing' : 'in-step';
  };
  return {
    zone: zone.name,
    failureDomain: zone.spec.failureDomain,
    remote: zone.spec.remote,
    location: zone.spec.driver.location,
    state: state(),
    missingItems: zone.missing.size,
    behindSinceMs: since.length === 0 ? undefined : Math.min(...since),
    awaySinceMs,
    lag: zone.replicationLag(),
    problem: zone.lastProblem(),
  };
};

async function runLoop(
  context: VaultContext,
  marks: ReturnType<typeof createClockMarks>,
  signal: AbortSignal,
): Promise<void> {
  let notedMs = Number.NEGATIVE_INFINITY;
  let comparedMs = context.clock.monotonicMs();
  while (!signal.aborted) {
    try {
      const nowMs = context.clock.monotonicMs();
      if (nowMs - notedMs >= VAULT_LIMITS.clockMarkMs) {
        if (!(await marks.note())) context.log.warn('the clock is not plausible, so nothing can expire');
        notedMs = nowMs;
      }
      if (nowMs - comparedMs >= VAULT_LIMITS.compareIntervalMs) {
        await compareZones(context, { signal });
        comparedMs = nowMs;
      } else {
        await catchUp(context, signal);
      }
    } catch (error) {
      if (!signal.aborted) context.log.warn({ error }, 'catching up failed; it is tried again');
    }
    await context.clock.sleep(VAULT_LIMITS.catchUpIntervalMs, signal).catch(() => undefined);
  }
}
