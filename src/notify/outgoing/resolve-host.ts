import { lookup } from 'node:dns/promises';

/** All addresses of a name, IPv4 and IPv6. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export const systemResolveHost: ResolveHost = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
