import type { CredentialRepository } from '#libs/access';
import { BUILT_PROVIDERS } from '#libs/kernel';
import type { ConsumerPresence } from '#libs/messaging';
import type { ProviderStateReader } from '#libs/sends';
import { dispatcherGone } from '../send/gone-consumers.ts';
import { providerRecordOf, type ProviderRecord } from './provider-record.ts';

/** How the providers of an app fare, as dispatchers saw them within the last minute, and whether there are any dispatchers. Throws DependencyUnavailable. */
export class ListProviders {
  constructor(
    private readonly states: ProviderStateReader,
    private readonly credentials: CredentialRepository,
    private readonly presence: ConsumerPresence,
  ) {}

  async execute(app: string): Promise<ProviderRecord[]> {
    const states = await this.states.ofApp(app);
    const credentials = await this.credentials.list(app);
    const consumersOf = await this.presence.look();
    return BUILT_PROVIDERS.map((provider) =>
      providerRecordOf(
        provider,
        states,
        credentials.find((credential) => credential.provider === provider),
        dispatcherGone(provider, consumersOf),
      ),
    );
  }
}
