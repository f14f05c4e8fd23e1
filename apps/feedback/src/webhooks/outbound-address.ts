import { isPublicAddress, lookupOf } from '#libs/kernel';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Whom we may call because an app's owner says so: everybody on the Internet over TLS, and of others those that the operator allows (OUTBOUND_ALLOW). */
export class OutboundRules {
  readonly #names = new Set<string>();
  readonly #networks = new BlockList();

  /** Host names, addresses and networks (`10.1.0.0/16`), as `isOutboundPart` takes them. */
  constructor(allowed: readonly string[]) {
    for (const part of allowed) {
      const [address = '', prefix] = part.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (isIP(address) === 0) this.#names.add(part.toLowerCase());
      else this.#networks.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
    }
  }

  /** Why a URL is never called, in words for its owner; undefined where it may be. What its name leads to is looked at with each connection. */
  problemOf({ protocol, hostname, username, password }: URL): string | undefined {
    const host = hostOf(hostname);
    if (username !== '' || password !== '') return 'Must have no user and no password';
    const isAllowed = this.#names.has(host) || (isIP(host) !== 0 && this.allows(host));
    if (protocol !== 'https:' && !(protocol === 'http:' && isAllowed)) return 'Must begin with https://';
    if (isIP(host) !== 0 && !isAllowed) return 'Must not be a private address';
    return undefined;
  }

  allows(address: string): boolean {
    return isPublicAddress(address) || this.#networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }

  /** Resolves a name, and fails with PrivateAddress where it leads to nothing that may be called. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    lookupOf((address) => this.#names.has(host.toLowerCase()) || this.allows(address))(host, options, callback);
  };
}

/** Whether a part of OUTBOUND_ALLOW is a host name, an address or a network. */
export function isOutboundPart(part: string): boolean {
  const [address = '', prefix, ...rest] = part.split('/');
  const family = isIP(address);
  if (family === 0) return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(part);
  if (prefix === undefined) return true;
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32);
}

/** Of a URL, without the brackets of IPv6. */
function hostOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}
