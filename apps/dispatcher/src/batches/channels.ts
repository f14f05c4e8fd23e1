import type { ProviderName } from '#libs/kernel';
import type { GatedProvider, ProviderGates } from '../admission/provider-gates.ts';
import { NOW, type CredentialSource, type ProviderCredential } from '../providers/credential-source.ts';
import type { PushProvider } from '../providers/push-provider.ts';
import type { PushProviders } from '../providers/push-providers.ts';

/** The way to one provider for one app. */
export interface Channel {
  readonly app: string;
  readonly provider: PushProvider;
  readonly credential: ProviderCredential;
  readonly gated: GatedProvider;
}

export class Channels {
  constructor(
    private readonly providers: PushProviders,
    private readonly credentials: CredentialSource,
    private readonly gates: ProviderGates,
  ) {}

  /**
   * Undefined where the provider is not built, or the app has no credential for it: that is a last word, so it is never taken from what is kept.
   * `asOf` (ms) is when the send was made: what was set before it holds.
   */
  async find(app: string, name: ProviderName, asOf: number): Promise<Channel | undefined> {
    const provider = this.providers.find(name);
    const credential = provider && ((await this.credentials.get(app, name, asOf)) ?? (await this.credentials.get(app, name, NOW)));
    return credential && { app, provider, credential, gated: this.gates.of(app, name, credential.simulated, provider.quotaOf(credential)) };
  }
}
