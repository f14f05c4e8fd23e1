import type { ProviderName } from '#libs/kernel';

/** Unique among all installations: one token, one installation (P3). */
export function tokenKeyOf(app: string, provider: ProviderName, fingerprint: string): string {
  return `${app}:${provider}:${fingerprint}`;
}

export function fingerprintIn(tokenKey: string): string {
  return tokenKey.slice(tokenKey.lastIndexOf(':') + 1);
}
