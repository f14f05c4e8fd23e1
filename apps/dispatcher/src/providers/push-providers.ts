import type { ProviderName } from '#libs/kernel';
import type { PushProvider } from './push-provider.ts';

/** The providers that this build speaks to. */
export class PushProviders {
  readonly #byName: ReadonlyMap<ProviderName, PushProvider>;

  constructor(providers: readonly PushProvider[]) {
    this.#byName = new Map(providers.map((provider) => [provider.name, provider]));
  }

  /** Undefined for a provider that is not built yet. */
  find(name: ProviderName): PushProvider | undefined {
    return this.#byName.get(name);
  }
}
