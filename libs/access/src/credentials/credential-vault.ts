import { isBuilt, type ProviderName } from '#libs/kernel';
import type { Sealer } from '../sealing/sealer.ts';
import type { Credential, StoredCredential } from './credential.ts';
import type { CredentialRepository } from './credential.repository.ts';
import { wayOf } from './credential-form.ts';
import { PROVIDER_CREDENTIALS } from './provider-credentials.ts';

/** Opens stored credentials for those who send. */
export class CredentialVault {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly sealer: Sealer,
  ) {}

  /** The revision of what is stored, for a cheap look whether it changed; undefined when the app has none for the provider. */
  async revisionOf(app: string, provider: ProviderName): Promise<number | undefined> {
    return (await this.credentials.find(app, provider))?.revision;
  }

  /** Undefined when the app has no credential for the provider. Throws SealBroken. */
  async find(app: string, provider: ProviderName): Promise<Credential | undefined> {
    const stored = await this.credentials.find(app, provider);
    if (!stored) return undefined;
    const { previous, simulated } = stored;
    const credential = this.#opened(stored);
    const before = previous && !simulated && !previous.simulated ? this.#openedBefore({ ...previous, app, provider }) : undefined;
    return credential && before ? { ...credential, previous: before } : credential;
  }

  /** A rotation of the master key seals the present version anew, and no other. */
  #openedBefore(stored: StoredCredential): Credential | undefined {
    try {
      return this.#opened(stored);
    } catch {
      return undefined;
    }
  }

  #opened({ app, provider, simulated, revision, bundleIds, sealed, expiresAt }: StoredCredential): Credential | undefined {
    const facts = { provider, revision, bundleIds, ...(expiresAt !== undefined && { expiresAt }) };
    if (simulated) return { ...facts, simulated, fields: {} };
    if (!isBuilt(provider)) return undefined;
    const fields: unknown = JSON.parse(this.sealer.open(sealed ?? '', placeOf(app, provider)));
    return { ...facts, simulated, fields: wayOf(PROVIDER_CREDENTIALS[provider], fields).parse(fields) };
  }
}

/** What a sealed credential is bound to: copied under another app, it does not open. */
export function placeOf(app: string, provider: ProviderName): string {
  return `credential:${app}:${provider}`;
}
