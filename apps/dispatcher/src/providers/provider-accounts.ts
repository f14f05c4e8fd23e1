import { BoundedMap } from '#libs/kernel';
import type { CredentialRotation } from './credential-rotation.ts';
import type { CredentialSource, ProviderCredential } from './credential-source.ts';
import type { Outcome } from './outcome.ts';
import type { ProviderEndpoints, SimulatedProvider } from './provider-endpoints.ts';
import { isOutcome, type Authorization, type ProviderAccount, type ProviderProtocol } from './provider-protocol.ts';

const maxAccounts = 1_000;

/** An account that may be sent with now. */
export interface Opened<A> {
  readonly credential: ProviderCredential;
  readonly account: A;
  readonly authorization: Authorization;
}

/** The accounts of apps at one provider, opened from their credentials and authorized. */
export class ProviderAccounts<A extends ProviderAccount> {
  readonly #accounts = new BoundedMap<A>(maxAccounts);
  /** The account an app was last sent through. */
  readonly #lastOfApp = new BoundedMap<A>(maxAccounts);

  constructor(
    private readonly protocol: Pick<ProviderProtocol<A>, 'name' | 'account' | 'authorize'>,
    private readonly credentials: CredentialSource,
    private readonly endpoints: ProviderEndpoints,
    private readonly rotation: CredentialRotation,
  ) {}

  lastOf(app: string): A | undefined {
    return this.#lastOfApp.get(app);
  }

  /** With the credential as it is stored, or with the one before it while that goes on; an outcome says why not. */
  async open(app: string, asOf?: number): Promise<Opened<A> | Outcome> {
    const credential = await this.credentials.get(app, this.protocol.name, asOf);
    if (!credential) return { kind: 'credentials_bad', reason: 'credentials_missing', refreshable: false };
    const chosen = this.rotation.chosen(credential);
    const opened = await this.#openWith(app, chosen);
    if (!('kind' in opened) || opened.kind !== 'credentials_bad') return opened;
    return (await this.#openBefore(app, chosen, opened.reason)) ?? opened;
  }

  /** What the provider answered to an account: a credential that it has accepted once is not given up for the one before. */
  heard({ credential }: Opened<A>, outcomes: readonly Outcome[]): void {
    this.rotation.heard(credential, outcomes);
  }

  /** The account to go on with where the provider refuses a credential that it has never accepted. */
  async after(app: string, { credential }: Opened<A>, outcomes: readonly Outcome[]): Promise<Opened<A> | undefined> {
    const refusal = outcomes.find((outcome) => outcome.kind === 'credentials_bad');
    const before = refusal && (await this.#openBefore(app, credential, refusal.reason));
    return before && !('kind' in before) ? before : undefined;
  }

  /** Undefined where the credential cannot be read. */
  of(credential: ProviderCredential, simulated: SimulatedProvider | undefined): A | undefined {
    try {
      return this.protocol.account(credential, simulated);
    } catch {
      // What the fields hold is secret, and so may be what a schema says of them.
      return undefined;
    }
  }

  async #openBefore(app: string, credential: ProviderCredential, reason: string): Promise<Opened<A> | Outcome | undefined> {
    const before = this.rotation.refused(credential, reason);
    return before && this.#openWith(app, before);
  }

  async #openWith(app: string, credential: ProviderCredential): Promise<Opened<A> | Outcome> {
    const simulated = credential.simulated ? await this.endpoints.simulated(this.protocol.name) : undefined;
    if (credential.simulated && !simulated) return { kind: 'provider_down', reason: 'simulator_not_running', faultOf: 'network' };
    const account = this.#kept(credential, simulated);
    if (!account) return UNREADABLE;
    this.#lastOfApp.set(app, account);
    const authorization = await this.protocol.authorize(account);
    return isOutcome(authorization) ? authorization : { credential, account, authorization };
  }

  #kept(credential: ProviderCredential, simulated: SimulatedProvider | undefined): A | undefined {
    const key = simulated ? `${credential.id}@${simulated.host}:${simulated.port}` : credential.id;
    const known = this.#accounts.get(key);
    if (known) return known;
    const account = this.of(credential, simulated);
    return account && this.#accounts.set(key, account);
  }
}

export const UNREADABLE: Outcome = Object.freeze({ kind: 'credentials_bad', reason: 'credentials_unreadable', refreshable: false });
