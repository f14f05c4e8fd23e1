import { BoundedMap } from '../src/bounded-map.ts';

describe('a bounded map', () => {
  it('lets go of what was used longest ago once it is too heavy', () => {
    const cache = new BoundedMap<string>(10);
    cache.set('a', 'A', 4);
    cache.set('b', 'B', 4);
    cache.get('a');

    cache.set('c', 'C', 4);

    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  });

  it('never holds what is heavier than all it may hold', () => {
    const cache = new BoundedMap<string>(10);
    cache.set('a', 'A', 4);

    cache.set('a', 'heavy', 11);

    expect(cache.get('a')).toBeUndefined();
  });
});
