import { scopesAllow } from '../../src/keys/scopes.ts';

describe('scopes', () => {
  it.each([
    [undefined, 'sends', false, true],
    [['sends'], 'sends', false, true],
    [['sends'], 'sends', true, true],
    [['sends:read'], 'sends', true, true],
    [['sends:read'], 'sends', false, false],
    [['users'], 'sends', true, false],
    [[], 'sends', true, false],
  ])('%j on %s, reading %s: %s', (scopes, resource, reads, allowed) => {
    expect(scopesAllow(scopes, resource, reads)).toBe(allowed);
  });
});
