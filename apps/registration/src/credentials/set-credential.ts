import {
  AppNotFound,
  DemoIsSimulated,
  PROVIDER_CREDENTIALS,
  ProviderUnavailable,
  auditLineOf,
  isAlive,
  placeOf,
  type AppRepository,
  type CredentialRepository,
  type Principal,
  type Sealer,
  type StoredCredential,
} from '#libs/access';
import { checkPrecondition, type Precondition } from '#libs/api';
import { PushToken, isBuilt, type Clock, type Fingerprinter, type ProviderName } from '#libs/kernel';
import type { CredentialBody } from './credential-bodies.ts';

export interface SetCredentialRequest {
  readonly app: string;
  readonly provider: ProviderName;
  readonly body: CredentialBody;
  readonly expected: Precondition | undefined;
  readonly by: Principal;
}

/** Sets what an app sends with through a provider; the secret is stored sealed, and never shown again. */
export class SetCredential {
  constructor(
    private readonly apps: AppRepository,
    private readonly credentials: CredentialRepository,
    private readonly sealer: Sealer,
    private readonly fingerprinter: Fingerprinter,
    private readonly clock: Clock,
  ) {}

  /** Throws DemoIsSimulated, RevisionMismatch, StaleRevision. */
  async execute({ app, provider, body, expected, by }: SetCredentialRequest): Promise<StoredCredential> {
    const owner = await this.apps.findById(app);
    if (!isAlive(owner)) throw new AppNotFound(app);
    if (owner.simulatedOnly && body.simulated !== true) throw new DemoIsSimulated(app);
    const stored = await this.credentials.find(app, provider);
    checkPrecondition(expected, stored?.revision);
    const now = this.clock.now();
    const next: StoredCredential = {
      app,
      provider,
      revision: (stored?.revision ?? 0) + 1,
      bundleIds: body.bundleIds ?? stored?.bundleIds ?? [`app.${app.replaceAll('_', '-')}`], // no bundle id holds an underscore
      updatedAt: now,
      ...(body.simulated === true ? { simulated: true } : this.#sealed(app, provider, body)),
    };
    await this.credentials.save(next, auditLineOf({ app, by, action: 'credential.set', target: provider, revision: next.revision }, now));
    return next;
  }

  #sealed(app: string, provider: ProviderName, body: Exclude<CredentialBody, { simulated: true }>) {
    const { bundleIds: _bundleIds, simulated: _simulated, expiresAt, ...fields } = body;
    if (!isBuilt(provider)) throw new ProviderUnavailable(provider);
    const secret = PROVIDER_CREDENTIALS[provider].secretOf(fields);
    return {
      simulated: false,
      sealed: this.sealer.seal(JSON.stringify(fields), placeOf(app, provider)),
      fingerprint: this.fingerprinter.of(new PushToken(secret)),
      ...(typeof expiresAt === 'number' && { expiresAt }),
    };
  }
}
