import { auditLineOf, type AuditLog, type Principal } from '#libs/access';
import type { Precondition } from '#libs/api';
import { PushError, note, type Clock } from '#libs/kernel';
import { UserNotFound, type BeginErasure, type Erasure, type UserRepository } from '#libs/registry';
import { checkedUser } from '../users/user-record.ts';

/** No erasure of the app has this id. */
export class ErasureNotFound extends PushError {
  readonly code = 'erasure_not_found';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('No erasure of the app has this id', options);
  }
}

/** Begins the erasure of whom a caller names; who asks again is told of the one that was begun. */
export class ErasePerson {
  constructor(
    private readonly users: UserRepository,
    private readonly beginErasure: BeginErasure,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Throws UserNotFound, RevisionMismatch, TooManyConflicts. */
  async execute(app: string, externalId: string, by: Principal, expected: Precondition | undefined): Promise<Erasure> {
    const user = await this.users.findByExternalId(app, externalId);
    if (!user) {
      const begun = await this.beginErasure.begun(app, externalId);
      if (!begun) throw new UserNotFound();
      return begun;
    }
    checkedUser(expected, user);
    const erasure = await this.beginErasure.execute(user);
    await this.audit.append(auditLineOf({ app, by, action: 'user.erased', target: erasure.id, revision: 1 }, this.clock.now()));
    note('erasure begun', { app, erasureId: erasure.id, by: by.keyId });
    return erasure;
  }
}
