import { createPublicKey } from 'node:crypto';
import { z } from 'zod';

/** A name or id in what `PUT /accounts` takes. */
export const accountText = z.string().min(1).max(255);
/** PEM. */
export const publicKeyText = z.string().max(10_000).refine(isPublicKey, 'Not a public key in PEM');

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}
