import type { ProviderCallFailure } from '#libs/access';
import type { ProviderName } from '#libs/kernel';
import { NOW, type CredentialSource } from './credential-source.ts';
import type { Outcome } from './outcome.ts';
import type { ProviderEndpoints, SimulatedProvider } from './provider-endpoints.ts';
import { isOutcome, type ProviderAccount, type ProviderProtocol } from './provider-protocol.ts';
import type { CallAnswer } from './provider-call.ts';

/** An app's way to a provider for calls beside its messages. */
export interface OpenWay<A> {
  readonly account: A;
  /** Value of `authorization`; empty: the connection says who calls. */
  readonly authorization: string;
  readonly simulated: SimulatedProvider | undefined;
}

/** Opens an app's credential, as it stands now. */
export class ProviderWay<A extends ProviderAccount> {
  constructor(
    private readonly protocol: Pick<ProviderProtocol<A>, 'name' | 'account' | 'authorize' | 'renew'>,
    private readonly credentials: CredentialSource,
    private readonly endpoints: ProviderEndpoints,
  ) {}

  /** What `call` answers; once more with a new token where the provider refuses the one it was shown. Throws what reading the credential throws. */
  async during(app: string, call: (way: OpenWay<A>) => Promise<CallAnswer | Outcome>): Promise<CallAnswer | ProviderCallFailure> {
    const way = await this.#open(app, this.protocol.name);
    if ('failure' in way) return way;
    const answer = await call(way);
    if ('kind' in answer) return failureOf(answer);
    const { account, authorization } = way;
    if (answer.status !== 401 || !(await this.protocol.renew(account, authorization))) return answer;
    const again = await this.#open(app, this.protocol.name);
    if ('failure' in again) return again;
    const second = await call(again);
    return 'kind' in second ? failureOf(second) : second;
  }

  async #open(app: string, provider: ProviderName): Promise<OpenWay<A> | ProviderCallFailure> {
    const credential = await this.credentials.get(app, provider, NOW);
    if (!credential) return { failure: 'credentials_bad', reason: 'credentials_missing' };
    const simulated = credential.simulated ? await this.endpoints.simulated(provider) : undefined;
    if (credential.simulated && !simulated) return { failure: 'provider_down', reason: 'simulator_not_running' };
    const account = this.#accountOf(credential, simulated);
    if (!account) return { failure: 'credentials_bad', reason: 'credentials_unreadable' };
    const authorization = await this.protocol.authorize(account);
    return isOutcome(authorization) ? failureOf(authorization) : { account, authorization: authorization.header, simulated };
  }

  #accountOf(...given: Parameters<ProviderProtocol<A>['account']>): A | undefined {
    try {
      return this.protocol.account(...given);
    } catch {
      // What the fields hold is secret, and so may be what a schema says of them.
      return undefined;
    }
  }
}

export function failureOf(outcome: Outcome): ProviderCallFailure {
  return { failure: outcome.kind, reason: outcome.reason ?? outcome.kind };
}
