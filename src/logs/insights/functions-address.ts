import { isIP } from 'node:net';
import { refuse } from './compile-context.ts';
import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { boolean, NULL_VALUE, number, textOf, type Value } from './value.ts';

/** RFC 1918 and RFC 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
/** The IANA special-purpose registries (RFC 6890) without the private ranges, and multicast. */
const RESERVED = [
  ...['0.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', 'fe80::/10', 'ff00::/8'],
];

const isV4 = (text: string): string => `isIPv4String(${text})`;
const isV6 = (text: string): string => `isIPv6String(${text})`;
const isAny = (text: string): string => `(${isV4(text)} OR ${isV6(text)})`;

/** The engine stops a whole query at one text that is no address, so such a text is swapped before it looks. */
const isInRange = (text: string, range: string): string =>
  `isIPAddressInRange(if(${isAny(text)}, ifNull(${text}, '0.0.0.0'), '0.0.0.0'), ${range})`;

const isInOneOf = (text: string, ranges: readonly string[]): string =>
  `(${isAny(text)} AND (${ranges.map((range) => isInRange(text, `'${range}'`)).join(' OR ')}))`;

const test =
  (build: (text: string) => string) =>
  (call: FunctionCall): Value =>
    boolean(build(textOf(arg(call, 0))));

function subnet(call: FunctionCall, version: 4 | 6 | undefined): Value {
  const node = call.nodes[1];
  const range = arg(call, 1).constant;
  if (node === undefined) return NULL_VALUE;
  if (typeof range !== 'string' || !isRange(range, version)) {
    const kind = version === undefined ? '' : ` of IPv${version}`;
    return refuse(
      call.context,
      node.span,
      `${call.name} needs a subnet${kind} written out`,
      version === 6 ? 'write for example "2001:db8::/32"' : 'write for example "10.0.0.0/8"',
    );
  }
  const text = textOf(arg(call, 0));
  return boolean(`(${isAny(text)} AND ${isInRange(text, call.context.parameters.text(range))})`);
}

function isRange(text: string, version: 4 | 6 | undefined): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const found = isIP(match?.[1] ?? '');
  const bits = Number(match?.[2]);
  return (version === undefined ? found !== 0 : found === version) && bits <= (found === 4 ? 32 : 128);
}

const spec = (
  name: string,
  signature: string,
  help: string,
  example: string,
  compile: FunctionSpec['compile'],
): FunctionSpec => {
  const count = signature.includes(',') ? 2 : 1;
  return { name, family: 'address', signature, help, example, arity: [count, count], compile };
};

export const addressFunctions: readonly FunctionSpec[] = [
  spec('isValidIp', 'isValidIp(text)', 'True for an IPv4 or IPv6 address.', 'filter isValidIp(clientIp)', test(isAny)),
  spec('isValidIpV4', 'isValidIpV4(text)', 'True for an IPv4 address.', 'filter isValidIpV4(clientIp)', test(isV4)),
  spec('isValidIpV6', 'isValidIpV6(text)', 'True for an IPv6 address.', 'filter isValidIpV6(clientIp)', test(isV6)),
  spec(
    'isIpInSubnet',
    'isIpInSubnet(text, subnet)',
    'True for an address in the subnet.',
    'filter isIpInSubnet(clientIp, "10.0.0.0/8")',
    (call) => subnet(call, undefined),
  ),
  spec(
    'isIpv4InSubnet',
    'isIpv4InSubnet(text, subnet)',
    'True for an IPv4 address in the subnet.',
    'filter isIpv4InSubnet(clientIp, "192.168.0.0/16")',
    (call) => subnet(call, 4),
  ),
  spec(
    'isIpv6InSubnet',
    'isIpv6InSubnet(text, subnet)',
    'True for an IPv6 address in the subnet.',
    'filter isIpv6InSubnet(clientIp, "2001:db8::/32")',
    (call) => subnet(call, 6),
  ),
  spec('ipv4ToNumber', 'ipv4ToNumber(text)', 'The address as a number.', 'fields ipv4ToNumber(clientIp)', (call) =>
    number(`toFloat64(IPv4StringToNumOrNull(${textOf(arg(call, 0))}))`),
  ),
  spec(
    'isPrivateIP',
    'isPrivateIP(text)',
    'True for an address of a private network.',
    'filter isPrivateIP(clientIp)',
    test((text) => isInOneOf(text, PRIVATE)),
  ),
  spec(
    'isReservedIP',
    'isReservedIP(text)',
    'True for loopback, link-local, documentation and other special addresses.',
    'filter isReservedIP(clientIp)',
    test((text) => isInOneOf(text, RESERVED)),
  ),
  spec(
    'isPublicIP',
    'isPublicIP(text)',
    'True for an address that is neither private nor reserved.',
    'stats count(*) by isPublicIP(clientIp) as isPublic',
    test((text) => `(${isAny(text)} AND NOT ${isInOneOf(text, [...PRIVATE, ...RESERVED])})`),
  ),
];
