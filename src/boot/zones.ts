import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Clock, Failure, type Log } from '../base/index.ts';
import { openDiskZone } from '../vault/drivers/disk/index.ts';
import type { ZoneDriver, ZoneSpec } from '../vault/index.ts';
import { BOOT_FAILURES } from './failures.ts';

/** One zone as an operator writes it: `name=URL`, with `domain`, `device` and `remote` among the options of the URL. */
export interface ZonePlan {
  readonly name: string;
  readonly failureDomain: string;
  readonly remote: boolean;
  /** The device under it, in the operator's words, where zones of one domain lie on several. */
  readonly device?: string;
  /** `file:///path` or `s3://bucket/prefix?…`, without the options that are not the driver's. */
  readonly url: string;
}

const refuse = (zone: string, reason: string): Failure => new Failure(BOOT_FAILURES.zoneInvalid, { zone, reason });

/**
 * Reads HOLDFAST_ZONES: zones separated by white space, such as
 * `a=file:///mnt/a?domain=rack-1 b=s3://bucket/holdfast?region=eu-central-1&domain=aws&remote=true`.
 * Throws `boot.zone-invalid`. Without a text there are three folders below the data folder, all of one failure domain.
 */
export function planZones(text: string | undefined, dataFolder: string): readonly ZonePlan[] {
  if (text === undefined || text.trim() === '') {
    return ['a', 'b', 'c'].map((name) => planFolder(name, path.join(dataFolder, 'zones', name)));
  }
  const plans = text.trim().split(/\s+/).map(planZone);
  const names = new Set(plans.map((plan) => plan.name));
  if (names.size !== plans.length) throw refuse(text, 'two zones have the same name');
  return plans;
}

/** A folder of this machine as a zone. */
export const planFolder = (name: string, folder: string): ZonePlan => ({
  name,
  failureDomain: 'this machine',
  remote: false,
  url: pathToFileURL(folder).href,
});

function planZone(entry: string): ZonePlan {
  const [, name, address] = /^([a-z0-9-]{1,32})=(.+)$/.exec(entry) ?? [];
  if (name === undefined || address === undefined) throw refuse(entry, 'it is not of the form name=URL');
  if (!/^(file|s3):\/\//.test(address) || !URL.canParse(address))
    throw refuse(name, 'its address is no file:// or s3:// URL');
  const url = new URL(address);
  const failureDomain = url.searchParams.get('domain') ?? (url.protocol === 'file:' ? 'this machine' : url.hostname);
  const remote = url.searchParams.get('remote') === 'true';
  const device = url.searchParams.get('device');
  url.searchParams.delete('domain');
  url.searchParams.delete('device');
  url.searchParams.delete('remote');
  return { name, failureDomain, remote, ...(device === null ? {} : { device }), url: url.href };
}

/** Opens the driver of one zone. A folder that was a zone before is not made anew when it is missing. */
export async function openZone(
  plan: ZonePlan,
  deps: { readonly clock: Clock; readonly log: Log; readonly create: boolean },
): Promise<ZoneSpec> {
  const { url, ...spec } = plan;
  return { ...spec, driver: await openDriver(url, deps) };
}

async function openDriver(
  url: string,
  deps: { readonly clock: Clock; readonly log: Log; readonly create: boolean },
): Promise<ZoneDriver> {
  if (url.startsWith('file:')) return openDiskZone({ folder: fileURLToPath(url), ...deps });
  // Loaded only where it is used: the SDK is no part of a start on folders.
  const { openS3Zone } = await import('../vault/drivers/s3/index.ts');
  return openS3Zone({ url, clock: deps.clock, log: deps.log });
}
