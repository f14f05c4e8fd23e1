import type { Clock } from '#libs/kernel';
import type { SdkPublicKey } from './sdk-public-key.ts';
import { verifyUserToken, type UserTokenClaims } from './user-token.ts';
import { UserTokenRefused } from './user-token-errors.ts';

/** What an app demands of SDKs that speak for a known user (R7). */
export interface SdkAuthPolicy {
  readonly sdkAuth: 'required' | 'optional' | 'disabled';
  readonly sdkKeys: readonly SdkPublicKey[];
}

/**
 * Whether a signed token proves that the SDK may speak for the user. `required` throws the reason why not (a UserTokenRefused); `optional` takes the
 * app's word and answers false; `disabled` looks at no token.
 */
export async function proveUser(
  policy: SdkAuthPolicy,
  jwt: string | undefined,
  claims: UserTokenClaims,
  clock: Clock,
): Promise<{ readonly verified: boolean }> {
  if (policy.sdkAuth === 'disabled') return { verified: false };
  try {
    await verifyUserToken(jwt, claims, policy.sdkKeys, clock);
    return { verified: true };
  } catch (error) {
    if (policy.sdkAuth === 'optional' && error instanceof UserTokenRefused) return { verified: false };
    throw error;
  }
}
