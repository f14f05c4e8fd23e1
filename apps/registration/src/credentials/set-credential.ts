import {
  AppNotFound,
  CredentialsRefused,
  DemoIsSimulated,
  PROVIDER_CREDENTIALS,
  ProviderUnavailable,
  auditLineOf,
  expiryFinding,
  isAlive,
  placeOf,
  type AppRepository,
  type ErrandDesk,
  type CheckResult,
  type CredentialRepository,
  type CredentialVersion,
  type Principal,
  type Sealer,
  type StoredCredential,
} from '#libs/access';
import { RequestInvalid, checkPrecondition, pointerTo, type Precondition } from '#libs/api';
import { PushToken, isBuilt, type Clock, type Fingerprinter, type ProviderName } from '#libs/kernel';
import type { CredentialBody } from './credential-bodies.ts';

interface SetCredentialRequest {
  readonly app: string;
  readonly provider: ProviderName;
  readonly body: CredentialBody;
  readonly expected: Precondition | undefined;
  readonly by: Principal;
  /** Ask the provider before anything is stored. */
  readonly isChecked: boolean;
}

interface CredentialSet {
  readonly stored: StoredCredential;
  /** Null where the provider was not to be asked. */
  readonly check: CheckResult | null;
}

/** A caller waits for it. */
export const CHECK_WITHIN_MS = 10_000;
const notChecked: CheckResult = {
  verdict: 'unclear',
  findings: [
    {
      level: 'warning',
      reason: 'not_checked',
      message: 'No process that talks to providers has answered.',
      remedy: 'Start a dispatcher, then check the credential with `POST …/check`.',
    },
  ],
};

/** Sets what an app sends with through a provider; the secret is stored sealed, and never shown again. */
export class SetCredential {
  constructor(
    private readonly apps: AppRepository,
    private readonly credentials: CredentialRepository,
    private readonly sealer: Sealer,
    private readonly fingerprinter: Fingerprinter,
    private readonly desk: ErrandDesk,
    private readonly clock: Clock,
  ) {}

  /** Throws CredentialsRefused, DemoIsSimulated, RequestInvalid, RevisionMismatch, StaleRevision. */
  async execute({ app, provider, body, expected, by, isChecked }: SetCredentialRequest): Promise<CredentialSet> {
    const owner = await this.apps.findById(app);
    if (!isAlive(owner)) throw new AppNotFound(app);
    if (owner.simulatedOnly && body.simulated !== true) throw new DemoIsSimulated(app);
    const stored = await this.credentials.find(app, provider);
    checkPrecondition(expected, stored?.revision);
    const now = this.clock.now();
    const bundleIds = body.bundleIds ?? stored?.bundleIds ?? [`app.${app.replaceAll('_', '-')}`]; // no bundle id holds an underscore
    const next: StoredCredential = {
      app,
      provider,
      revision: (stored?.revision ?? 0) + 1,
      bundleIds,
      updatedAt: now,
      ...(stored && { previous: versionOf(stored) }),
      ...(body.simulated === true ? { simulated: true } : this.#sealed(app, provider, { ...body, bundleIds: [...bundleIds] }, isChecked)),
    };
    const check = isChecked ? await this.#checked(next) : null;
    await this.credentials.save(next, auditLineOf({ app, by, action: 'credential.set', target: provider, revision: next.revision }, now));
    return { stored: next, check };
  }

  /** Only a provider's own no keeps a credential out: one that cannot be asked says nothing of it. */
  async #checked({ app, provider, bundleIds, sealed, expiresAt }: StoredCredential): Promise<CheckResult | null> {
    if (sealed === undefined) return null;
    const check = (await this.desk.ask('credential_check', { app, provider, bundleIds, sealed }, CHECK_WITHIN_MS)) ?? notChecked;
    if (check.verdict === 'refused') throw new CredentialsRefused(provider, check.findings);
    const ending = expiryFinding(expiresAt, this.clock.now());
    return ending ? { ...check, findings: [...check.findings, ending] } : check;
  }

  #sealed(app: string, provider: ProviderName, body: Exclude<CredentialBody, { simulated: true }>, isChecked: boolean) {
    const { bundleIds = [], simulated: _simulated, expiresAt: said, ...given } = body;
    if (!isBuilt(provider)) throw new ProviderUnavailable(provider);
    const { prepare, secretOf, endOf, findingsOf } = PROVIDER_CREDENTIALS[provider];
    const prepared = prepare?.(given) ?? { fields: given };
    if ('fault' in prepared) throw new RequestInvalid([{ pointer: pointerTo([prepared.fault.field]), message: prepared.fault.message }]);
    const { fields } = prepared;
    const findings = isChecked ? (findingsOf?.(fields, bundleIds, this.clock.now()) ?? []) : [];
    if (findings.some(({ level }) => level === 'error')) throw new CredentialsRefused(provider, findings);
    const expiresAt = typeof said === 'number' ? said : endOf?.(fields);
    return {
      simulated: false,
      sealed: this.sealer.seal(JSON.stringify(fields), placeOf(app, provider)),
      fingerprint: this.fingerprinter.of(new PushToken(secretOf(fields))),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }
}

/** What a stored credential is without what was before it. */
export function versionOf({ app: _app, provider: _provider, previous: _previous, ...version }: StoredCredential): CredentialVersion {
  return version;
}
