import type { KeyKind } from './principal.ts';

/** A stored API key. The key itself is shown once and kept nowhere. */
export interface ApiKey {
  readonly id: string;
  readonly kind: KeyKind;
  /** Absent for admin keys. */
  readonly app?: string;
  readonly name?: string;
  readonly scopes?: readonly string[];
  /** SHA-256 of the key, hexadecimal. A key is 32 random bytes, so no slow hash is needed. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
}
