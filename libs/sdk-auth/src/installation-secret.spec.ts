import { hashOfSecret, newInstallationSecret, secretMatches } from './installation-secret.ts';

describe('R7a: an installation secret', () => {
  it('is 32 random bytes, and only its own hash knows it', () => {
    const secret = newInstallationSecret();

    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(newInstallationSecret()).not.toBe(secret);
    expect(secretMatches(secret, hashOfSecret(secret))).toBe(true);
    expect(secretMatches(newInstallationSecret(), hashOfSecret(secret))).toBe(false);
  });

  it('is missed where none is shown or none is stored', () => {
    expect(secretMatches(undefined, hashOfSecret(''))).toBe(false);
    expect(secretMatches('', hashOfSecret(''))).toBe(false);
    expect(secretMatches(newInstallationSecret(), null)).toBe(false);
  });
});
