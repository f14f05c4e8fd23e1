import {
  CheckUnavailable,
  CredentialNotFound,
  auditLineOf,
  expiryFinding,
  type AuditLog,
  type ErrandDesk,
  type CheckResult,
  type CredentialRepository,
  type Principal,
} from '#libs/access';
import type { Clock, ProviderName } from '#libs/kernel';
import { CHECK_WITHIN_MS } from './set-credential.ts';

/** Asks the provider about the credential that is stored; nothing changes, and the audit says who asked. A simulated one is good: the simulators know it. */
export class CheckStoredCredential {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly desk: ErrandDesk,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Throws CredentialNotFound, CheckUnavailable. */
  async execute(app: string, provider: ProviderName, by: Principal): Promise<CheckResult> {
    const stored = await this.credentials.find(app, provider);
    if (!stored) throw new CredentialNotFound(provider);
    const now = this.clock.now();
    await this.audit.append(auditLineOf({ app, by, action: 'credential.checked', target: provider, revision: now }, now));
    const { bundleIds, sealed, expiresAt } = stored;
    if (sealed === undefined) return { verdict: 'accepted', findings: [] };
    const result = await this.desk.ask('credential_check', { app, provider, bundleIds, sealed }, CHECK_WITHIN_MS);
    if (!result) throw new CheckUnavailable(provider);
    const ending = expiryFinding(expiresAt, this.clock.now());
    return ending ? { ...result, findings: [...result.findings, ending] } : result;
  }
}
