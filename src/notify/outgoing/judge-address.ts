import ipaddr from 'ipaddr.js';

/** What may be reached besides the internet. */
export interface AddressPolicy {
  readonly allowPrivate: boolean;
  readonly allowLoopback: boolean;
}

/** Ranges that an administrator may open: networks of one's own. Everything else that is not public stays closed. */
const PRIVATE = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

/** Where clouds answer with credentials; two of them lie inside of ranges that may be opened. */
const METADATA = new Set(['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254']);

/**
 * Why requests to this address are refused; undefined when they are not. An IPv6 address that carries an IPv4 address
 * is judged as that one, and tunnels (6to4, Teredo, NAT64) are refused, because they lead to an address of the
 * sender's choice.
 */
export function refusalOf(text: string, policy: AddressPolicy): string | undefined {
  if (!ipaddr.isValid(text)) return 'it has no address';
  const address = ipaddr.process(text.replace(/%.*$/, ''));
  const range = address.range();
  const plain = address.toString();
  if (METADATA.has(plain)) return `${plain} is where clouds give out credentials`;
  if (range === 'unicast') return undefined;
  if (range === 'loopback') return policy.allowLoopback ? undefined : `${plain} is this very machine`;
  if (PRIVATE.has(range)) return policy.allowPrivate ? undefined : `${plain} is a private address`;
  return `${plain} is an address for ${range}`;
}
