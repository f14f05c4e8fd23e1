import type { CredentialRepository } from '#libs/access';
import { BUILT_PROVIDERS } from '#libs/kernel';
import type { ProviderStateReader } from '#libs/sends';
import { providerRecordOf, type ProviderRecord } from './provider-record.ts';

/** How the providers of an app fare, as dispatchers saw them within the last minute. Throws DependencyUnavailable. */
export class ListProviders {
  constructor(
    private readonly states: ProviderStateReader,
    private readonly credentials: CredentialRepository,
  ) {}

  async execute(app: string): Promise<ProviderRecord[]> {
    const states = await this.states.ofApp(app);
    const credentials = await this.credentials.list(app);
    return BUILT_PROVIDERS.map((provider) =>
      providerRecordOf(
        provider,
        states,
        credentials.find((credential) => credential.provider === provider),
      ),
    );
  }
}
