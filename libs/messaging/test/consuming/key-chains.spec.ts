import { KeyChains, type Link } from '../../src/consuming/key-chains.ts';

function chainsOf(...keys: string[]) {
  const chains = new KeyChains<Link>();
  const links = keys.map((chain, offset): Link => ({ offset, chain }));
  const started = links.filter((link) => chains.add(link)).map(({ offset }) => offset);
  const finish = (offset: number) => chains.finish(links[offset]!)?.offset;
  return { chains, started, finish };
}

describe('chains of keys', () => {
  it('start one message of each key', () => {
    expect(chainsOf('a', 'b', 'a', 'c', 'b').started).toEqual([0, 1, 3]);
  });

  it('start what waited when the one before is finished', () => {
    const { chains, finish } = chainsOf('a', 'a', 'a');

    expect([finish(0), finish(1), finish(2)]).toEqual([1, 2, undefined]);
    expect(chains.add({ offset: 3, chain: 'a' })).toBe(true);
  });

  it('know the lowest unfinished offset', () => {
    const { chains, finish } = chainsOf('a', 'b', 'c');

    finish(1);
    expect(chains.lowest).toBe(0);
    finish(0);
    expect(chains.lowest).toBe(2);
    finish(2);
    expect(chains.lowest).toBeUndefined();
    expect(chains.size).toBe(0);
  });
});
