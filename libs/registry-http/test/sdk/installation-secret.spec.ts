import { hashOfSecret, newInstallationSecret } from '../../src/sdk/installation-guard.ts';

describe('R7a: an installation secret', () => {
  it('is 32 random bytes, each time others', () => {
    expect(Buffer.from(newInstallationSecret(), 'base64url')).toHaveLength(32);
    expect(newInstallationSecret()).not.toBe(newInstallationSecret());
  });

  it('is known by its SHA-256 only', () => {
    expect(hashOfSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
