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
}

/** Asked for every batch, so an adapter keeps what it opened for a moment (at most some seconds: a new credential must take hold). */
export abstract class CredentialSource {
  /** Undefined when the app has none for this provider. Throws DependencyUnavailable when it cannot be read now. */
  abstract get(app: string, provider: ProviderName): Promise<ProviderCredential | undefined>;
}
