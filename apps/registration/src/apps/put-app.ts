import { AppDeleted, auditLineOf, newApp, type App, type AppRepository, type Principal } from '#libs/access';
import { checkPrecondition, type Precondition } from '#libs/api';
import type { Clock } from '#libs/kernel';
import type { AppChange } from './app-bodies.ts';
import { changedApp } from './changed-app.ts';

export interface PutAppRequest {
  readonly id: string;
  readonly change: AppChange;
  readonly expected: Precondition | undefined;
  readonly by: Principal;
}

/** Makes an app, or changes what the request names of it and nothing else. Safe to repeat. */
export class PutApp {
  constructor(
    private readonly apps: AppRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws AppDeleted, RevisionMismatch, StaleRevision. */
  async execute({ id, change, expected, by }: PutAppRequest): Promise<{ readonly app: App; readonly created: boolean }> {
    const stored = await this.apps.findById(id);
    if (stored?.deletedAt !== undefined) throw new AppDeleted(id);
    checkPrecondition(expected, stored?.revision);
    const now = this.clock.now();
    const { app, fields } = changedApp(stored ?? newApp(id, now), change);
    if (stored && fields.length === 0) return { app: stored, created: false };
    const next = stored ? { ...app, revision: stored.revision + 1 } : app;
    const action = stored ? 'app.changed' : 'app.created';
    await this.apps.save(next, auditLineOf({ app: id, by, action, target: id, revision: next.revision, fields }, now));
    return { app: next, created: !stored };
  }
}
