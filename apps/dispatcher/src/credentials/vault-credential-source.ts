import type { Credential, CredentialVault } from '#libs/access';
import { BoundedMap, type Clock, type ProviderName } from '#libs/kernel';
import { CredentialSource, type ProviderCredential } from '../providers/credential-source.ts';

interface Kept {
  readonly credential: Promise<ProviderCredential | undefined>;
  /** When its reading began, ms. */
  readonly readAt: number;
}

const keptMs = 2_000;
const maxKept = 1_000;

/** Opened credentials, kept for two seconds: asked for by every batch. A send made after a reading has them read anew, so that it finds what was set before it. */
export class VaultCredentialSource extends CredentialSource {
  readonly #kept = new BoundedMap<Kept>(maxKept);

  constructor(
    private readonly vault: CredentialVault,
    private readonly clock: Clock,
  ) {
    super();
  }

  get(app: string, provider: ProviderName, asOf = 0): Promise<ProviderCredential | undefined> {
    const key = `${app}:${provider}`;
    const now = this.clock.now();
    const kept = this.#kept.get(key);
    // A reading of the very millisecond may have begun before what it should have seen was stored.
    if (kept && kept.readAt + keptMs > now && kept.readAt > asOf) return kept.credential;
    const credential = this.#open(app, provider);
    this.#kept.set(key, { credential, readAt: now });
    credential.catch(() => {
      if (this.#kept.get(key)?.credential === credential) this.#kept.delete(key);
    });
    return credential;
  }

  async #open(app: string, provider: ProviderName): Promise<ProviderCredential | undefined> {
    const credential = await this.vault.find(app, provider);
    if (!credential) return undefined;
    const { previous } = credential;
    const before = previous && (previous.expiresAt ?? Infinity) > this.clock.now() ? { previous: opened(app, previous) } : {};
    return { ...opened(app, credential), ...before };
  }
}

function opened(app: string, { provider, revision, bundleIds, simulated, fields }: Credential): ProviderCredential {
  return { id: `${app}:${provider}:${revision}`, simulated, bundleIds, fields };
}
