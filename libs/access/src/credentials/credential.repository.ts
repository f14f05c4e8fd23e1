import type { ProviderName } from '#libs/kernel';
import type { AuditLine } from '../audit/audit-line.ts';
import type { StoredCredential } from './credential.ts';

export abstract class CredentialRepository {
  abstract find(app: string, provider: ProviderName): Promise<StoredCredential | undefined>;
  /** All of an app, by provider; there are few. */
  abstract list(app: string): Promise<readonly StoredCredential[]>;
  /** Stores credential and audit line together; revision 1 is an insert. Throws StaleRevision. */
  abstract save(credential: StoredCredential, audit: AuditLine): Promise<void>;
}
