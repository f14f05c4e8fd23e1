import { hash, randomBytes } from 'node:crypto';
import type { KeyKind } from './principal.ts';

/** A new key: `cr_<kind>_` and 32 random bytes as base64url. */
export function newKeySecret(kind: KeyKind): string {
  return `cr_${kind}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a key. */
export function hashOfKey(secret: string): string {
  return hash('sha256', secret);
}
