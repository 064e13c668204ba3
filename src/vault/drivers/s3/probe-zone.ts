import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { ZoneCapabilities } from '../../types.ts';
import { checkBucket } from './check-bucket.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import { listVersions } from './list-versions.ts';
import { wholeSecondMs } from './lock-object.ts';
import { probeMultipartLock } from './probe-multipart.ts';
import { accepted, newProbeKey, type ProbeObject, probeObject, putProbe } from './probe-object.ts';
import { keyOf, PROBE_FOLDER, type S3Zone } from './zone.ts';

const BINDS_API =
  'locks bind whoever comes through the S3 interface, and not who administers the storage below it; a second place under other administrators is what protects from that';

/**
 * Tries on objects of its own what the bucket claims, with the credentials that Holdfast holds and with every right
 * they may have to bypass a lock. What is refused is then read back: only what is still there was refused.
 */
export async function probeZone(zone: S3Zone, nowMs: number): Promise<ZoneCapabilities> {
  const bucket = await checkBucket(zone);
  await sweep(zone);
  const caveats: string[] = [BINDS_API];
  if (bucket.defaultRetention === undefined) {
    caveats.push('the bucket has no default retention, so that an object of others without a lock stays without one');
  }
  if (zone.url.endpoint?.startsWith('http://') === true) {
    caveats.push('the connection is not encrypted; the objects are, but who listens learns names and sizes');
  }
  if (zone.url.readBack < 1) {
    caveats.push(`of the objects, a share of ${zone.url.readBack} is read back after the put, and the others are not`);
  }
  zone.seen.conditionalPut = await honoursCondition(zone, caveats);
  await checkMd5(zone, caveats);
  caveats.push(...(await probeMultipartLock(zone, nowMs)));
  const untilMs = wholeSecondMs(nowMs + VAULT_S3_LIMITS.probeLockMs);
  const object = await newLocked(zone, untilMs);
  if (object === undefined) {
    caveats.push('a lock that was asked for with a put is not there afterwards');
    const none = { overwriteRefused: false, deleteRefused: false, shortenRefused: false };
    return { ...none, extendWorks: false, legalHoldWorks: false, caveats };
  }
  const extendedMs = untilMs + VAULT_S3_LIMITS.probeLockMs;
  return {
    overwriteRefused: await refusesOverwrite(object, caveats),
    shortenRefused: await refusesShorten(zone, object, { nowMs, untilMs }, caveats),
    extendWorks: await extendsLock(zone, object, extendedMs, caveats),
    legalHoldWorks: await holds(zone, caveats),
    deleteRefused: await refusesDelete(zone, object, caveats),
    caveats,
  };
}

async function newLocked(zone: S3Zone, untilMs: number): Promise<ProbeObject | undefined> {
  const key = newProbeKey(zone);
  const bytes = randomBytes(64);
  const versionId = await putProbe(zone, key, bytes, { lock: { mode: zone.url.mode, untilMs } });
  if (versionId === undefined) return undefined;
  const object = probeObject(zone, key, versionId, bytes);
  const facts = await object.head();
  return facts?.lockMode === zone.url.mode && facts.retainUntilMs >= untilMs ? object : undefined;
}

/** S3 takes the put as a later version; what counts is that the pinned one stays what readers get. */
async function refusesOverwrite(object: ProbeObject, caveats: string[]): Promise<boolean> {
  const taken = await object.overwrite();
  const whole = await object.isWhole();
  if (!whole) caveats.push('a put under a taken name replaces the bytes that were there');
  else if (taken) {
    caveats.push(
      'a put under a taken name is accepted as a later version; reads use the first one and are not changed',
    );
  }
  return whole;
}

async function refusesShorten(
  zone: S3Zone,
  object: ProbeObject,
  times: { readonly nowMs: number; readonly untilMs: number },
  caveats: string[],
): Promise<boolean> {
  const earlierMs = wholeSecondMs(times.nowMs + VAULT_S3_LIMITS.probeLockMs / 2);
  for (const bypass of [false, true]) {
    await object.retain(zone.url.mode, earlierMs, { bypass });
    if (zone.url.mode === 'COMPLIANCE') await object.retain('GOVERNANCE', times.untilMs, { bypass });
    const facts = await object.head();
    if (facts?.lockMode === zone.url.mode && facts.retainUntilMs >= times.untilMs) continue;
    caveats.push(
      bypass
        ? 'these credentials may bypass governance: a lock can be shortened with them'
        : 'a lock can be shortened by a plain request',
    );
    await object.retain(zone.url.mode, times.untilMs, { bypass: false });
    return false;
  }
  return true;
}

async function extendsLock(zone: S3Zone, object: ProbeObject, untilMs: number, caveats: string[]): Promise<boolean> {
  await object.retain(zone.url.mode, untilMs, { bypass: false });
  const facts = await object.head();
  const works = facts !== undefined && facts.retainUntilMs >= untilMs;
  if (!works) caveats.push('a lock cannot be extended; the right s3:PutObjectRetention may be missing');
  return works;
}

/** On an object without a retention, so that the hold alone keeps it; where the bucket has a default both do. */
async function holds(zone: S3Zone, caveats: string[]): Promise<boolean> {
  const key = newProbeKey(zone);
  const bytes = randomBytes(64);
  const versionId = await putProbe(zone, key, bytes, {});
  if (versionId === undefined) return false;
  const object = probeObject(zone, key, versionId, bytes);
  await object.hold(true);
  const isOn = (await object.head())?.legalHold === true;
  await object.remove({ version: true, bypass: true });
  const kept = await object.isWhole();
  await object.hold(false);
  const isOff = (await object.head())?.legalHold === false;
  await object.remove({ version: true, bypass: false });
  if (!isOn) caveats.push('a legal hold cannot be set; the right s3:PutObjectLegalHold may be missing');
  else if (!kept) caveats.push('an object under legal hold can be removed');
  else if (!isOff) caveats.push('a legal hold cannot be lifted again with these credentials');
  return isOn && kept && isOff;
}

/** Last of all, because where it is not refused the object is gone. */
async function refusesDelete(zone: S3Zone, object: ProbeObject, caveats: string[]): Promise<boolean> {
  if (await object.remove({ version: false, bypass: false })) {
    caveats.push('a delete without a version adds a delete marker; reads go past it, and it is reported');
  }
  if (!(await object.isWhole())) {
    caveats.push('a delete without a version removes a locked object');
    return false;
  }
  await object.remove({ version: true, bypass: false });
  if (!(await object.isWhole())) {
    caveats.push('a locked object can be removed by a plain request');
    return false;
  }
  await object.remove({ version: true, bypass: true });
  if (await object.isWhole()) return true;
  caveats.push(
    zone.url.mode === 'GOVERNANCE'
      ? 'these credentials may bypass governance: a locked object can be removed with them; take s3:BypassGovernanceRetention from them or use COMPLIANCE'
      : 'a locked object can be removed although its mode is COMPLIANCE',
  );
  return false;
}

async function honoursCondition(zone: S3Zone, caveats: string[]): Promise<boolean> {
  const key = newProbeKey(zone);
  const first = await putProbe(zone, key, randomBytes(64), { onlyIfNew: true });
  if (first === undefined) {
    caveats.push('a put on the condition that the name is new is refused even for a new name; puts go without it');
    return false;
  }
  const second = await putProbe(zone, key, randomBytes(64), { onlyIfNew: true });
  if (second !== undefined) {
    caveats.push('a put on the condition that the name is new (If-None-Match) is taken although it is not');
  }
  return second === undefined;
}

async function checkMd5(zone: S3Zone, caveats: string[]): Promise<void> {
  const versionId = await putProbe(zone, newProbeKey(zone), randomBytes(64), { wrongMd5: true });
  if (versionId !== undefined) caveats.push('an object that does not have the Content-MD5 sent with it is accepted');
}

/** Removes what earlier probes left and whose lock has ended; what is still locked is for a later one. */
async function sweep(zone: S3Zone): Promise<void> {
  let left = VAULT_S3_LIMITS.probeSweepMax;
  for await (const group of listVersions(zone, { prefix: keyOf(zone, PROBE_FOLDER) })) {
    for (const { versionId } of [...group.versions, ...group.markers]) {
      if (left === 0) return;
      left -= 1;
      const command = new DeleteObjectCommand({ Bucket: zone.url.bucket, Key: group.key, VersionId: versionId });
      await accepted(() =>
        zone.call('DeleteObject', (abortSignal) => zone.client.send(command, { abortSignal }), undefined),
      );
    }
  }
}
