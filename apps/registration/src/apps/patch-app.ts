import { AppNotFound, auditLineOf, isAlive, type App, type AppRepository } from '#libs/access';
import { checkPrecondition } from '#libs/api';
import type { Clock } from '#libs/kernel';
import { changedApp } from './changed-app.ts';
import type { PutAppRequest } from './put-app.ts';

/** Changes an app that exists; null brings a default back. */
export class PatchApp {
  constructor(
    private readonly apps: AppRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws AppNotFound, RevisionMismatch, StaleRevision. */
  async execute({ id, change, expected, by }: PutAppRequest): Promise<App> {
    const stored = await this.apps.findById(id);
    if (!isAlive(stored)) throw new AppNotFound(id);
    checkPrecondition(expected, stored.revision);
    const { app, fields } = changedApp(stored, change);
    if (fields.length === 0) return stored;
    const next = { ...app, revision: stored.revision + 1 };
    await this.apps.save(
      next,
      auditLineOf({ app: id, by, action: 'app.changed', target: id, revision: next.revision, fields }, this.clock.now()),
    );
    return next;
  }
}
