import { isIP } from 'node:net';
import { Failure } from '../../base/index.ts';
import { NOTIFY_FAILURES } from '../failures.ts';
import { type AddressPolicy, refusalOf } from './judge-address.ts';
import type { ResolveHost } from './resolve-host.ts';

export interface PinnedHost {
  readonly host: string;
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Resolves a name once and says to which address the connection has to go, so that a name that answers differently the
 * second time leads nowhere else. All addresses of the name must be allowed: one bad one among them is no accident.
 * Throws `notify.address-refused` and `notify.host-unknown`.
 */
export async function pinHost(host: string, policy: AddressPolicy, resolveHost: ResolveHost): Promise<PinnedHost> {
  const bare = host.replace(/^\[|\]$/g, '');
  const addresses = isIP(bare) === 0 ? await addressesOf(bare, resolveHost) : [bare];
  for (const address of addresses) {
    const reason = refusalOf(address, policy);
    if (reason !== undefined) throw new Failure(NOTIFY_FAILURES.addressRefused, { host: bare, reason });
  }
  // IPv4 first: a machine without IPv6 gets AAAA records all the same.
  const address = addresses.find((one) => isIP(one) === 4) ?? addresses[0];
  if (address === undefined)
    throw new Failure(NOTIFY_FAILURES.hostUnknown, { host: bare, reason: 'it has no address' });
  return { host: bare, address, family: isIP(address) === 6 ? 6 : 4 };
}

async function addressesOf(host: string, resolveHost: ResolveHost): Promise<readonly string[]> {
  try {
    return await resolveHost(host);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(NOTIFY_FAILURES.hostUnknown, { host, reason }, { cause: error });
  }
}
