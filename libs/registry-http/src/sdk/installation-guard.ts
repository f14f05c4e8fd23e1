import type { App } from '#libs/access';
import type { Clock } from '#libs/kernel';
import {
  InstallationNotFound,
  InstallationSecretInvalid,
  provesInstallation,
  type Installation,
  type InstallationRepository,
} from '#libs/registry';
import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from './caller.ts';
import { UserTokenRefused } from './user-token-errors.ts';
import { verifyUserToken, type UserTokenClaims } from './user-token.ts';

/** Lets an sdk key at its own installation only (R7a), and at a known user's only with a signed token where the app asks for one (R7). */
export class InstallationGuard {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The installation, if this caller may act for it. An sdk key learns nothing of an id that it guessed: unknown and not proven are both
   * InstallationSecretInvalid. Throws InstallationNotFound for other keys, and UserTokenRefused.
   */
  async installationFor(app: App, id: string, caller: Caller): Promise<Installation> {
    const installation = await this.installations.findById(app.id, id);
    if (!installation && caller.kind === 'server') throw new InstallationNotFound(id);
    if (!installation) throw new InstallationSecretInvalid();
    return this.admit(app, installation, caller);
  }

  /** The same of an installation that was just read. */
  async admit(app: App, installation: Installation, caller: Caller): Promise<Installation> {
    if (caller.kind === 'server') return installation;
    if (!isProven(installation, caller)) throw new InstallationSecretInvalid();
    await this.provenUser(app, installation.externalId, caller);
    return installation;
  }

  /**
   * Whether a known user is verified: named by a server key or by a signed token. Anonymous ones (null) are not checked.
   * Throws UserTokenRefused where the app asks for a token.
   */
  async provenUser(app: App, externalId: string | null, caller: Caller): Promise<boolean> {
    if (caller.kind === 'server') return true;
    if (externalId === null) return false;
    const { verified } = await proveUser(app, caller.userToken, { app: app.id, externalId }, this.clock);
    return verified;
  }
}

/** Whether the caller has shown the installation's own secret. */
export function isProven(installation: Installation, { secret }: Caller): boolean {
  return provesInstallation(installation, secret === undefined ? null : hashOfSecret(secret));
}

const secretBytes = 32;

/** A new installation secret: 32 random bytes as base64url. It is shown once; only its hash is stored (R7a). */
export function newInstallationSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

/** SHA-256 as hexadecimal digits: what is stored and compared. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

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
