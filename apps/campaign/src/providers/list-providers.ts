import { haltIn, type CredentialRepository, type HaltRepository } from '#libs/access';
import { BUILT_PROVIDERS, type BuiltProvider } from '#libs/kernel';
import type { ConsumerPresence } from '#libs/messaging';
import type { ProviderStateReader } from '#libs/sends';
import { dispatcherGone } from '../send/gone-consumers.ts';
import { providerRecordOf, type ProviderRecord } from './provider-record.ts';

/** How the providers of an app fare, as dispatchers saw them within the last minute, and whether there are any dispatchers. Throws DependencyUnavailable. */
export class ListProviders {
  constructor(
    private readonly states: ProviderStateReader,
    private readonly credentials: CredentialRepository,
    private readonly halts: HaltRepository,
    private readonly presence: ConsumerPresence,
  ) {}

  async execute(app: string): Promise<ProviderRecord[]> {
    const recordOf = await this.#look(app);
    return BUILT_PROVIDERS.map(recordOf);
  }

  async one(app: string, provider: BuiltProvider): Promise<ProviderRecord> {
    const recordOf = await this.#look(app);
    return recordOf(provider);
  }

  async #look(app: string): Promise<(provider: BuiltProvider) => ProviderRecord> {
    const states = await this.states.ofApp(app);
    const credentials = await this.credentials.list(app);
    const halts = await this.halts.inForce();
    const consumersOf = await this.presence.look();
    return (provider) =>
      providerRecordOf(
        provider,
        states,
        credentials.find((credential) => credential.provider === provider),
        { gone: dispatcherGone(provider, consumersOf), halt: haltIn(halts, app, provider) },
      );
  }
}
