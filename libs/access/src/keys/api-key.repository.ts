import type { AuditLine } from '../audit/audit-line.ts';
import type { ApiKey } from './api-key.ts';

export abstract class ApiKeyRepository {
  abstract findByHash(hash: string): Promise<ApiKey | undefined>;
  /** The keys of an app, or the admin keys for undefined, by id, after the given one; at most `limit`. */
  abstract list(app: string | undefined, after: string | undefined, limit: number): Promise<readonly ApiKey[]>;
  /** Stores key and audit line together. */
  abstract insert(key: ApiKey, audit: AuditLine): Promise<void>;
  /** False when the app (undefined: the admin keys) has no such key. The key stops with this call. */
  abstract remove(app: string | undefined, id: string, audit: AuditLine): Promise<boolean>;
}
