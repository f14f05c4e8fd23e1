import type { IncomingMessage } from 'node:http';
import { callerAddresses, isNetwork, networkOf, type TrustedProxies } from '../../src/request/caller-address.ts';

const addressOf = (proxies: TrustedProxies, remoteAddress: string, headers: Record<string, string> = {}) =>
  callerAddresses(proxies)({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);

describe('the address of a caller', () => {
  it.each<[string, TrustedProxies, string, Record<string, string>, string]>([
    ['nobody is trusted', 0, '10.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, '10.0.0.1'],
    ['a stranger writes the header', ['10.0.0.1'], '198.51.100.7', { 'x-forwarded-for': '203.0.113.9' }, '198.51.100.7'],
    ['one hop', 1, '10.0.0.1', { 'x-forwarded-for': '1.2.3.4, 203.0.113.9' }, '203.0.113.9'],
    ['two hops', 2, '10.0.0.1', { 'x-forwarded-for': '1.2.3.4, 203.0.113.9, 10.0.0.2' }, '203.0.113.9'],
    ['more hops than there are', 5, '10.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9'],
    ['networks', ['10.0.0.0/8', 'fd00::/8'], '::ffff:10.0.0.1', { 'x-forwarded-for': '1.2.3.4, 203.0.113.9, fd00::7' }, '203.0.113.9'],
    ['ports', 1, '10.0.0.1', { 'x-forwarded-for': '203.0.113.9:4711' }, '203.0.113.9'],
    ['IPv6 in brackets', 1, '10.0.0.1', { forwarded: 'for="[2001:DB8::1]:4711";by=203.0.113.43, For=1.2.3.4' }, '1.2.3.4'],
    ['one IPv6 hop', 1, '10.0.0.1', { forwarded: 'proto=https;for="[2001:DB8::1]:4711"' }, '2001:db8::1'],
    ['a hidden caller', 1, '10.0.0.1', { forwarded: 'for=_hidden' }, '10.0.0.1'],
    ['rubbish', 1, '10.0.0.1', { 'x-forwarded-for': ',,x' }, '10.0.0.1'],
    ['headers that agree', 1, '10.0.0.1', { forwarded: 'for=203.0.113.9', 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9'],
    ['one of two made up', 1, '10.0.0.1', { forwarded: 'for=1.2.3.4', 'x-forwarded-for': '203.0.113.9' }, '10.0.0.1'],
  ])('%s', (_what, proxies, connected, headers, expected) => {
    expect(addressOf(proxies, connected, headers)).toBe(expected);
  });

  it('counts as its line: an IPv4 address, half of an IPv6 one', () => {
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9');
    expect(networkOf('2001:db8:0:1:a:b:c:d')).toBe('2001:db8:0:1::/64');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
  });

  it('of a proxy is one, or a network', () => {
    expect(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'].every(isNetwork)).toBe(true);
    expect(['10.0.0.0/33', 'proxy', '', '10.0.0', '10.0.0.0/8/8', '1'].some(isNetwork)).toBe(false);
  });
});
