import { createHash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { knownActions, knownRoles } from './accepted-input.ts';
import { grantedPatterns } from './granted-patterns.ts';
import { ACCESS_LIMITS } from './limits.ts';
import type { MasterKey } from './master-key.ts';
import type { AccessTables } from './migrations.ts';
import type { CallOrigin } from './service.ts';
import type { Action, Actor, Role } from './types.ts';

export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Action[] | undefined;
  readonly secretHash: Buffer;
  readonly secretSealed: Buffer;
  readonly expiresMs: number | undefined;
  readonly revokedMs: number | undefined;
  readonly readableLogGroups: readonly string[];
}

/** Keys as verification needs them, remembered for seconds so that telemetry costs no query. */
export interface KeyStore {
  /** A key that may be used now; undefined when it is unknown, revoked or expired. */
  readonly usable: (id: string) => Promise<StoredKey | undefined>;
  readonly secretOf: (key: StoredKey) => string;
  readonly holdsSecret: (key: StoredKey | undefined, secret: string) => boolean;
  readonly actorOf: (key: StoredKey, origin: CallOrigin) => Actor;
  /** Notes that the key was used; written at most once a minute. */
  readonly noteUsed: (key: StoredKey) => void;
  /** Forgets one key, or all of them, after a change. */
  readonly forget: (id?: string) => void;
  readonly close: () => Promise<void>;
}

export const secretDigest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export function createKeyStore(deps: {
  readonly catalog: Catalog;
  readonly masterKey: MasterKey;
  readonly clock: Clock;
  readonly log: Log;
}): KeyStore {
  const { catalog, masterKey, clock } = deps;
  // Promises, so that requests that arrive together share one query; unknown ids are remembered as well.
  const cache = new LRUCache<string, Promise<StoredKey | undefined>>({
    max: ACCESS_LIMITS.keyCacheMax,
    ttl: ACCESS_LIMITS.keyCacheMs,
    ttlResolution: 0,
    // The cache takes a time of 0 for none at all, and a manual clock starts there.
    perf: { now: () => 1 + clock.monotonicMs() },
  });
  const load = (id: string): Promise<StoredKey | undefined> => {
    const known = cache.get(id);
    if (known !== undefined) return known;
    const loading = loadKey(catalog, id);
    cache.set(id, loading);
    loading.catch(() => cache.delete(id));
    return loading;
  };
  const uses = createUseNotes(deps);
  return {
    usable: async (id) => {
      const key = await load(id);
      if (key === undefined || key.revokedMs !== undefined) return undefined;
      return key.expiresMs !== undefined && key.expiresMs <= clock.nowMs() ? undefined : key;
    },
    secretOf: (key) => masterKey.unseal(key.secretSealed, key.id),
    holdsSecret: (key, secret) =>
      // The comparison runs for an unknown key too, so that its absence cannot be timed.
      timingSafeEqual(key?.secretHash ?? NO_DIGEST, secretDigest(secret)) && key !== undefined,
    actorOf: (key, origin) => ({
      type: 'key',
      id: key.id,
      name: key.name,
      roles: key.roles,
      ...(key.scopes === undefined ? {} : { scopes: key.scopes }),
      readableLogGroups: key.readableLogGroups,
      sourceIp: origin.sourceIp,
      userAgent: origin.userAgent,
    }),
    noteUsed: uses.note,
    forget: (id) => {
      if (id === undefined) cache.clear();
      else cache.delete(id);
    },
    close: uses.settled,
  };
}

const NO_DIGEST = Buffer.alloc(32);

async function loadKey(catalog: Catalog, id: string): Promise<StoredKey | undefined> {
  const row = await catalog
    .db<AccessTables>()
    .selectFrom('access_keys')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const roles = knownRoles(row.roles);
  return {
    id: row.id,
    name: row.name,
    roles,
    scopes: row.scopes === null ? undefined : knownActions(row.scopes),
    secretHash: row.secret_hash,
    secretSealed: row.secret_sealed,
    expiresMs: row.expires_ms ?? undefined,
    revokedMs: row.revoked_ms ?? undefined,
    readableLogGroups: await grantedPatterns(catalog, { type: 'key', id, roles }),
  };
}

function createUseNotes({ catalog, clock, log }: { catalog: Catalog; clock: Clock; log: Log }): {
  readonly note: (key: StoredKey) => void;
  readonly settled: () => Promise<void>;
} {
  const notedMs = new LRUCache<string, number>({ max: ACCESS_LIMITS.keyCacheMax });
  const writing = new Set<Promise<void>>();
  const write = async (id: string, nowMs: number): Promise<void> => {
    try {
      const db = catalog.db<AccessTables>();
      await db.updateTable('access_keys').set({ last_used_ms: nowMs }).where('id', '=', id).execute();
    } catch (error) {
      // Knowing when a key was used is worth less than the call that used it.
      log.warn({ err: error, key: id }, 'the last use of an API key could not be written');
    }
  };
  return {
    note: ({ id }) => {
      const nowMs = clock.monotonicMs();
      if (nowMs - (notedMs.get(id) ?? Number.NEGATIVE_INFINITY) < ACCESS_LIMITS.keyUsedMs) return;
      notedMs.set(id, nowMs);
      const written = write(id, clock.nowMs()).finally(() => writing.delete(written));
      writing.add(written);
    },
    settled: async () => {
      await Promise.all(writing);
    },
  };
}
