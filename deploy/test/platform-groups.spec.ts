import { platformGroups } from '#libs/messaging';
import { consumerGroups } from './support/consumer-groups.ts';

describe('the groups that every process can tell of', () => {
  it('are those that the handlers in the code make, no more and no fewer', () => {
    const named = platformGroups.map(({ group }) => group).sort();

    expect(named).toEqual(consumerGroups.map(({ name }) => name).sort());
    expect(new Set(named).size).toBe(named.length);
  });
});
