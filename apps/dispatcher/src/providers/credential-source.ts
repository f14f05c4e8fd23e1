import type { ProviderName } from '#libs/kernel';

/** An app's credential for one provider, opened. Its fields are secrets: never logged, never in an error. */
export interface ProviderCredential {
  /** Changes whenever the credential does: connections and access tokens are kept by it. */
  readonly id: string;
  /** Use the account and the endpoints of the simulator. */
  readonly simulated: boolean;
  /** The apps it may send to; never empty. An installation without a bundle id belongs to the first. */
  readonly bundleIds: readonly string[];
  /** As the API took them; each provider's `credentials.ts` has the schema. Empty for a simulated one. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What was set before it, where that is no simulated one and has not ended: it goes on until this one has been accepted. */
  readonly previous?: ProviderCredential;
}

/** Asked for every batch, so an adapter keeps what it opened for a moment (at most some seconds). */
export abstract class CredentialSource {
  /**
   * Undefined when the app has none for this provider. What was stored up to the instant `asOf` (ms) is seen, whatever is kept: a send goes with the
   * credentials as they were when it was made, or newer; `NOW` reads them anew. Throws DependencyUnavailable when they cannot be read now.
   */
  abstract get(app: string, provider: ProviderName, asOf?: number): Promise<ProviderCredential | undefined>;
}

/** Before a last word that a credential decides: nothing kept is new enough. */
export const NOW = Infinity;
