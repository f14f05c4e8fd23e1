import type { SdkKey } from '#libs/access';
import { SignJWT, exportSPKI, generateKeyPair } from 'jose';

const pair = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256', { extractable: true });

export const sdkKeys: readonly SdkKey[] = [{ kid: 'k1', publicKey: await exportSPKI(pair.publicKey) }];

interface Claims {
  readonly sub?: string;
  readonly aud?: string;
  /** Seconds from the clock's 2026-01-01; null leaves it out. */
  readonly expiresIn?: number | null;
  readonly kid?: string;
  readonly signedByStranger?: boolean;
}

/** The header with a user token; valid for Charlie in the app `demo` unless told otherwise. */
export async function userToken({ sub = 'charlie', aud = 'demo', expiresIn = 3_600, kid = 'k1', signedByStranger = false }: Claims = {}) {
  const exp = expiresIn === null ? {} : { exp: Date.parse('2026-01-01T00:00:00Z') / 1000 + expiresIn };
  const jwt = await new SignJWT({ sub, aud, ...exp })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign((signedByStranger ? stranger : pair).privateKey);
  return { 'x-user-token': jwt };
}
