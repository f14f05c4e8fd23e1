import { AppNotFound, auditLineOf, isAlive, type AppRepository, type Principal } from '#libs/access';
import { checkPrecondition, type Precondition } from '#libs/api';
import type { Clock } from '#libs/kernel';

export interface DeleteAppRequest {
  readonly id: string;
  readonly expected: Precondition | undefined;
  readonly by: Principal;
}

/** Marks an app deleted: its keys are refused from this moment, its id is not given again. */
export class DeleteApp {
  constructor(
    private readonly apps: AppRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws AppNotFound, RevisionMismatch, StaleRevision. */
  async execute({ id, expected, by }: DeleteAppRequest): Promise<void> {
    const stored = await this.apps.findById(id);
    if (!isAlive(stored)) throw new AppNotFound(id);
    checkPrecondition(expected, stored.revision);
    const now = this.clock.now();
    const deleted = { ...stored, revision: stored.revision + 1, deletedAt: now };
    await this.apps.save(deleted, auditLineOf({ app: id, by, action: 'app.deleted', target: id, revision: deleted.revision }, now));
  }
}
