import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type Clock, Failure, isFailure, type Log } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { checkObjectName } from '../../format/object-name.ts';
import type { ZoneDriver } from '../../types.ts';
import { createStoreCaller, namedFailure } from './call-store.ts';
import { checkBucket } from './check-bucket.ts';
import { asZoneObject, findObject } from './find-object.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import { listAnomalies } from './list-anomalies.ts';
import { listObjects } from './list-objects.ts';
import { extendLock, setLegalHold } from './lock-object.ts';
import { parseZoneUrl, type S3ZoneUrl } from './parse-zone-url.ts';
import { probeZone } from './probe-zone.ts';
import { mendObject, putObject } from './put-object.ts';
import { readObject } from './read-object.ts';
import { removeObject } from './remove-object.ts';
import { createPins, type S3Zone } from './zone.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface S3ZoneSettings {
  /** `s3://bucket/prefix?region=…&endpoint=…&mode=COMPLIANCE|GOVERNANCE`; docs/vault-s3.md has all options. */
  readonly url: string;
  /** Without them the SDK's default chain is asked: environment, shared files, the machine's role. */
  readonly credentials?: S3Credentials;
  readonly clock: Clock;
  readonly log: Log;
  /** How long one request may take; the limit `attemptMs` by default. */
  readonly attemptMs?: number;
}

/**
 * Opens a bucket as a zone. A bucket that cannot hold what nobody may change is refused with `vault-s3.bucket-unfit`;
 * a store that is away is not, because the vault must start without it: the bucket is then checked before the first
 * write.
 */
export async function openS3Zone(settings: S3ZoneSettings): Promise<ZoneDriver> {
  const url = parseZoneUrl(settings.url);
  const { clock } = settings;
  const log = settings.log.area('vault-s3');
  const attemptMs = settings.attemptMs ?? VAULT_S3_LIMITS.attemptMs;
  const client = new S3Client(clientConfig(url, settings.credentials, attemptMs));
  const caller = createStoreCaller({ location: url.location, clock, log, attemptMs });
  // AWS documents the condition; of other stores the probe finds out.
  const seen = { conditionalPut: url.endpoint === undefined };
  const zone: S3Zone = { ...caller, url, client, clock, log, pins: createPins(), seen };
  let checked = false;
  const ensureFit = async (signal: AbortSignal | undefined): Promise<void> => {
    if (checked) return;
    await checkBucket(zone, signal);
    checked = true;
  };
  const late = new AbortController();
  const timer = new AbortController();
  void clock.sleep(VAULT_S3_LIMITS.openMs, timer.signal).then(
    () => late.abort(away(zone, `it did not answer within ${VAULT_S3_LIMITS.openMs} ms`)),
    () => undefined,
  );
  try {
    await guard(zone, late.signal, () => ensureFit(late.signal));
  } catch (error) {
    if (!isFailure(error, VAULT_FAILURES.zoneAway)) {
      client.destroy();
      throw error;
    }
    log.warn({ zone: url.location, reason: error.message }, 'the store is away; its bucket is checked when it is back');
  } finally {
    timer.abort();
  }
  return driverOf(zone, ensureFit);
}

function clientConfig(url: S3ZoneUrl, credentials: S3Credentials | undefined, attemptMs: number): S3ClientConfig {
  return {
    region: url.region,
    ...(url.endpoint === undefined ? {} : { endpoint: url.endpoint, forcePathStyle: true }),
    ...(url.profile === undefined ? {} : { profile: url.profile }),
    ...(credentials === undefined ? {} : { credentials }),
    // The caller of the store retries; two layers would multiply the attempts.
    maxAttempts: 1,
    followRegionRedirects: false,
    // The checksums that matter are sent explicitly, and what comes back is hashed here.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: VAULT_S3_LIMITS.connectMs,
      socketTimeout: attemptMs,
      httpAgent: { keepAlive: true, maxSockets: VAULT_S3_LIMITS.socketsMax },
      httpsAgent: { keepAlive: true, maxSockets: VAULT_S3_LIMITS.socketsMax },
    },
  };
}

function driverOf(zone: S3Zone, ensureFit: (signal: AbortSignal | undefined) => Promise<void>): ZoneDriver {
  const { location } = zone.url;
  const named = <T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
    guard(zone, signal, () => {
      checkObjectName(name);
      return task();
    });
  return {
    location,
    put: (object, signal) =>
      named(
        object.name,
        async () => {
          await ensureFit(signal);
          return putObject(zone, object, signal);
        },
        signal,
      ),
    get: (name, signal) => named(name, () => readObject(zone, name, signal), signal),
    head: (name, signal) =>
      named(
        name,
        async () => {
          const found = await findObject(zone, name, signal);
          return found === undefined ? undefined : asZoneObject(found);
        },
        signal,
      ),
    list: (prefix, after, signal) => guardAll(zone, signal, listObjects(zone, prefix, after, signal)),
    extend: (name, retainUntilMs) => named(name, () => extendLock(zone, name, retainUntilMs)),
    setLegalHold: (name, on) => named(name, () => setLegalHold(zone, name, on)),
    remove: (name, nowMs) => named(name, () => removeObject(zone, name, nowMs)),
    mend: (object) =>
      named(object.name, async () => {
        await ensureFit(undefined);
        return mendObject(zone, object);
      }),
    probe: (nowMs) => guard(zone, undefined, () => probeZone(zone, nowMs)),
    anomalies: (known) => guardAll(zone, undefined, listAnomalies(zone, known)),
    freeBytes: async () => undefined,
    close: async () => zone.client.destroy(),
  };
}

async function guard<T>(zone: S3Zone, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw namedFailure(zone.url.location, error, signal);
  }
}

async function* guardAll<T>(zone: S3Zone, signal: AbortSignal | undefined, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw namedFailure(zone.url.location, error, signal);
  }
}

const away = (zone: S3Zone, reason: string): Failure =>
  new Failure(VAULT_FAILURES.zoneAway, { zone: zone.url.location, reason });
