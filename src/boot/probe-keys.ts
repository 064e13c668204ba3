import type { Access, Actor } from '../access/index.ts';
import { type Clock, DAY_MS } from '../base/index.ts';
import type { ProbeKey } from '../drills/index.ts';

const SENDER = 'holdfast probe: sender';
const READER = 'holdfast probe: reader without grants';
const LIFETIME_MS = 30 * DAY_MS;

/**
 * Makes the two keys that the probes use, anew at each start; their secrets live in this process only. Those of earlier
 * starts are revoked.
 */
export async function makeProbeKeys(
  access: Access,
  actor: Actor,
  clock: Clock,
): Promise<{ readonly sender: ProbeKey; readonly reader: ProbeKey }> {
  const existing = await access.keys.list(actor);
  for (const key of existing) {
    if ((key.name === SENDER || key.name === READER) && key.revokedMs === undefined)
      await access.keys.revoke(actor, key.id);
  }
  const expiresMs = clock.nowMs() + LIFETIME_MS;
  const sender = await access.keys.create(actor, { name: SENDER, roles: ['sender'], expiresMs });
  const reader = await access.keys.create(actor, { name: READER, roles: ['viewer'], expiresMs });
  return {
    sender: { id: sender.accessKeyId, secret: sender.secretAccessKey },
    reader: { id: reader.accessKeyId, secret: reader.secretAccessKey },
  };
}
