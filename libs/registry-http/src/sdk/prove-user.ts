import type { App } from '#libs/access';
import type { Clock } from '#libs/kernel';
import { verifyUserToken, type UserTokenClaims } from './user-token.ts';
import { UserTokenRefused } from './user-token-errors.ts';

/**
 * Whether a signed token proves that the SDK may speak for the user. `required` throws the reason why not (a UserTokenRefused); `optional` takes the
 * app's word and answers false; `disabled` looks at no token.
 */
export async function proveUser(
  policy: Pick<App, 'sdkAuth' | 'sdkKeys'>,
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
