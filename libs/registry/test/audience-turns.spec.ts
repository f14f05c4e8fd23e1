import type { Filter } from '../src/audience/filter.ts';
import { installationsATurn } from '../src/audience/audience.ts';

const times = (count: number, filter: Filter): Filter => ({ or: Array.from({ length: count }, () => filter) });
const aTurn = (filter: Filter) => installationsATurn({ kind: 'filter', filter }, 4_000);
const versions: Filter = { device: 'appVersion', op: 'between', value: ['9.1', '99.2'] };

describe('a filter', () => {
  it('is asked of fewer installations at a time the more it costs', () => {
    expect(installationsATurn({ kind: 'everyone' }, 4_000)).toBe(4_000);
    expect(aTurn({ tag: 'vip' })).toBe(4_000);
    expect(aTurn(times(20, versions))).toBeLessThan(100);
    expect(aTurn(times(190, versions))).toBeLessThan(10);
    expect(aTurn(times(200, { not: versions }))).toBeGreaterThan(0);
  });
});
