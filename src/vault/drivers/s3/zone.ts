import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock, Log } from '../../../base/index.ts';
import { checkObjectName } from '../../format/object-name.ts';
import type { StoreCaller } from './call-store.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import type { S3ZoneUrl } from './parse-zone-url.ts';

/** What the verbs of one zone work with. */
export interface S3Zone extends StoreCaller {
  readonly url: S3ZoneUrl;
  readonly client: S3Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly pins: Pins;
  /** What the last probe found; until then the store is not asked for what it may not know. */
  readonly seen: { conditionalPut: boolean };
}

/** The version that a name stands for. It never changes while the object lives, so it may be remembered. */
export interface Pins {
  readonly get: (name: string) => string | undefined;
  readonly set: (name: string, versionId: string) => void;
  readonly delete: (name: string) => void;
}

export function createPins(): Pins {
  const versions = new Map<string, string>();
  return {
    get: (name) => versions.get(name),
    set: (name, versionId) => {
      versions.delete(name);
      versions.set(name, versionId);
      if (versions.size > VAULT_S3_LIMITS.pinsMax) {
        for (const oldest of versions.keys()) {
          versions.delete(oldest);
          break;
        }
      }
    },
    delete: (name) => void versions.delete(name),
  };
}

/** `~` cannot stand in the name of an object, so that what probes make is never taken for one. */
export const PROBE_FOLDER = 'probe~/';

/** Keys of others may be anything; names of the vault are what `checkObjectName` lets through. */
export function isObjectName(name: string): boolean {
  try {
    checkObjectName(name);
    return true;
  } catch {
    return false;
  }
}

export const keyOf = (zone: S3Zone, name: string): string => `${zone.url.prefix}${name}`;
