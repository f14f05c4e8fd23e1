import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that are nobody's on the Internet: of this host, of its network, for documentation, for many at once (IANA's special-purpose registries). */
const privateV4: readonly (readonly [net: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** RFC 6052: an address of IPv4 behind a translator. */
const translated = '64:ff9b::';

const blocked = new BlockList();
for (const [net, prefix] of privateV4) {
  blocked.addSubnet(net, prefix, 'ipv4');
  blocked.addSubnet(`${translated}${net}`, 96 + prefix, 'ipv6');
}
for (const [net, prefix] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) blocked.addSubnet(net, prefix, 'ipv6'); // prettier-ignore
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
global6.addSubnet(translated, 96, 'ipv6');
global6.addSubnet('::ffff:0:0', 96, 'ipv6'); // what is inside is looked at as IPv4

/** Whether an address, as text, may be somebody's on the Internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      return global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    default:
      return false;
  }
}

/** A name that leads to nothing but private addresses, or an address that is one. */
export class PrivateAddress extends Error {
  constructor(host: string) {
    super(`${host} has no public address`);
  }
}

/** Resolves as ever, and leaves out the addresses that are not allowed. Fails with PrivateAddress when none remains. */
export function lookupOf(isAllowed: (address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '');
        return;
      }
      const open = addresses.filter(({ address }) => isAllowed(address));
      const [first] = open;
      if (!first) callback(new PrivateAddress(host), '');
      else if (options.all === true) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}

/** The same, for addresses of the Internet alone. */
export const publicLookup = lookupOf(isPublicAddress);
