import { PushError, type Fingerprinter, PROVIDERS } from '#libs/kernel';
import type { Installation, InstallationRepository } from '#libs/registry';
import { z } from 'zod';
import { checkAddress, evenWithProblems } from '../installations/installation-bodies.ts';
import { tokenField } from '../installations/installation-fields.ts';
import { pushTokenOf } from '../installations/said-fields.ts';

/** No installation of the app holds the push token. */
export class TokenNotFound extends PushError {
  readonly code = 'token_not_found';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('No installation of the app holds this push token', options);
  }
}

/** The one installation that holds a token now (R28). Throws TokenNotFound. */
export class FindTokenOwner {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly fingerprinter: Fingerprinter,
  ) {}

  async execute(app: string, { provider, token }: TokenLookupBody): Promise<Installation> {
    const fingerprint = this.fingerprinter.of(pushTokenOf(provider, token));
    const owner = await this.installations.findByFingerprint(app, provider, fingerprint);
    if (!owner) throw new TokenNotFound();
    return owner;
  }
}

export const tokenLookupBody = z
  .strictObject({ provider: z.enum(PROVIDERS), token: tokenField })
  .superRefine(checkAddress, evenWithProblems)
  .meta({
    id: 'TokenLookup',
    examples: [{ provider: 'apns', token: '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad' }],
  });

export type TokenLookupBody = z.output<typeof tokenLookupBody>;

export const tokenOwner = z
  .object({ installation: z.string(), userId: z.string(), externalId: z.string().nullable() })
  .meta({ id: 'TokenOwner' });
