import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * The proxies in front of the platform, whose word about callers is believed: so many hops, or those at addresses and in networks
 * (`10.0.0.0/8`); 0 believes nobody.
 */
export type TrustedProxies = number | readonly string[];

/** Whether a text is an address or a network that `TrustedProxies` can name. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/**
 * Tells the address of a request's caller: the one that connects, or, where that is a trusted proxy, the last that no trusted proxy has. `X-Forwarded-For` and
 * `Forwarded` (RFC 7239) are read from trusted proxies only. A caller can invent the one that his proxy does not write: where both are there
 * and differ, neither is believed.
 */
export function callerAddresses(proxies: TrustedProxies): (request: IncomingMessage) => string {
  const isTrusted = typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : memberOf(proxies);
  return ({ socket, headers }) => {
    const connected = plain(socket.remoteAddress ?? '');
    if (!isTrusted(connected, 0)) return connected;
    const said = [fromList(headers['x-forwarded-for']), fromForwarded(headers.forwarded)].filter((list) => list.length > 0);
    const [first, second] = said.map((list) => lastUntrusted([...list, connected], isTrusted));
    return first === undefined || (second !== undefined && second !== first) ? connected : first;
  };
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 one, all of which belongs to one line. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

type Trust = (address: string, hop: number) => boolean;

/** From the near end: each address was written down by the one behind it. */
function lastUntrusted(chain: readonly string[], isTrusted: Trust): string {
  let hop = 0;
  while (hop < chain.length - 1 && isTrusted(chain[chain.length - 1 - hop] ?? '', hop)) hop += 1;
  // What is no address was written by somebody who hides; his proxy answers for him.
  while (hop > 0 && isIP(chain[chain.length - 1 - hop] ?? '') === 0) hop -= 1;
  return chain[chain.length - 1 - hop] ?? '';
}

function memberOf(networks: readonly string[]): Trust {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function fromList(header: string | readonly string[] | undefined): string[] {
  const text = [header ?? ''].flat().join(',');
  return text === '' ? [] : text.split(',').map(addressIn);
}

/** `for=192.0.2.43;proto=https, for="[2001:db8::1]:4711"`; an element without `for` names nobody. */
function fromForwarded(header: string | undefined): string[] {
  if (header === undefined || header === '') return [];
  return header.split(',').map((element) => addressIn(/(?:^|;)\s*for\s*=\s*("[^"]*"|[^;\s]*)/i.exec(element)?.[1] ?? ''));
}

/** An address without quotes, brackets and port. */
function addressIn(text: string): string {
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  const address = /^\[([^\]]*)\](?::\d+)?$/.exec(bare)?.[1] ?? /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare;
  return plain(address);
}

/** IPv4 as IPv4, however the socket or a proxy writes it. */
function plain(address: string): string {
  return /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address.replace(/%.*$/, '').toLowerCase();
}
