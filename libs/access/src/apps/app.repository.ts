import type { AuditLine } from '../audit/audit-line.ts';
import type { App } from './app.ts';

/** Deleted apps stay stored; callers look at `deletedAt`. */
export abstract class AppRepository {
  /** Undefined when no such app was ever made. */
  abstract findById(app: string): Promise<App | undefined>;
  /** Apps that are not deleted, by id, after the given one; at most `limit`. */
  abstract list(after: string | undefined, limit: number): Promise<readonly App[]>;
  /** Ids of apps that are deleted, in order, after the given one; at most `limit`. */
  abstract listDeleted(after: string | undefined, limit: number): Promise<readonly string[]>;
  /**
   * Stores app and audit line together or not at all; revision 1 is an insert.
   * Throws StaleRevision unless the stored revision is one less.
   */
  abstract save(app: App, audit: AuditLine): Promise<void>;
}
