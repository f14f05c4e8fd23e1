import type { z } from 'zod';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import type { ProviderTraits } from '../traits/provider-traits.ts';
import { TRAITS } from '../traits/traits.ts';
import type { SimulatedAccounts } from './account-file.ts';

export type AskedAccount<P extends SimulatedProvider> = z.output<(typeof TRAITS)[P]['accounts']['asked']>;
type KnownAccount<P extends SimulatedProvider> = ReturnType<(typeof TRAITS)[P]['accounts']['known']>[1];

const maxAccounts = 1_000;

/** The keys and accounts that the simulated providers accept; all others are refused as the provider would. */
export class Accounts {
  readonly #known = new Map<SimulatedProvider, Map<string, object>>();
  #revision = 0;

  /** `simulated` holds the private halves too: they open nothing but simulators. */
  constructor(readonly simulated: SimulatedAccounts) {
    for (const provider of SIMULATED_PROVIDERS) {
      const { accounts }: ProviderTraits = TRAITS[provider];
      this.#add(provider, accounts.askedOf(simulated[provider]));
    }
  }

  /** Changes with every account that is added: what was verified before may be otherwise now. */
  get revision(): number {
    return this.#revision;
  }

  /** Registers a further account, or replaces the one with its id. Throws when its PEM is no public key. */
  add<P extends SimulatedProvider>(provider: P, account: AskedAccount<P>): void {
    this.#add(provider, account);
  }

  /** By the id that requests name it with: an APNs key's, the e-mail address of a service account. */
  find<P extends SimulatedProvider>(provider: P, id: string): KnownAccount<P> | undefined {
    return this.#known.get(provider)?.get(id) as KnownAccount<P> | undefined;
  }

  #add(provider: SimulatedProvider, account: object): void {
    const { accounts }: ProviderTraits = TRAITS[provider];
    const [id, known] = accounts.known(account);
    const all = this.#known.get(provider) ?? new Map<string, object>();
    if (all.size >= maxAccounts) throw new RangeError(`At most ${maxAccounts} accounts can be registered`);
    this.#known.set(provider, all.set(id, known));
    this.#revision += 1;
  }
}
