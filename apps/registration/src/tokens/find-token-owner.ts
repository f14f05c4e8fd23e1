import type { Fingerprinter } from '#libs/kernel';
import type { Installation, InstallationRepository } from '#libs/registry';
import { pushTokenOf } from '../installations/push-token-of.ts';
import { TokenNotFound } from './token-not-found.ts';
import type { TokenLookupBody } from './token-lookup.ts';

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
