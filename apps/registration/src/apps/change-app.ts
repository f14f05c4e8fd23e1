import {
  AppDeleted,
  auditLineOf,
  newApp,
  type App,
  type AppRepository,
  type Principal,
  AppNotFound,
  isAlive,
  defaultSettings,
  type AppSettings,
} from '#libs/access';
import { checkPrecondition, type Precondition } from '#libs/api';
import type { Clock } from '#libs/kernel';
import type { AppChange } from './app-bodies.ts';

interface PutAppRequest {
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

interface DeleteAppRequest {
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

interface ChangedApp {
  readonly app: App;
  /** Names of what is different now; none means that nothing needs to be stored. */
  readonly fields: readonly string[];
}

/** An app after a change: absent stays, null brings the default back; settings one by one. */
function changedApp(app: App, { settings, ...fields }: AppChange): ChangedApp {
  const usual = newApp(app.id, app.createdAt);
  const next: App = {
    ...app,
    ...resolved(fields, { name: usual.name, sdkAuth: usual.sdkAuth, sdkKeys: usual.sdkKeys }),
    settings: settings === null ? defaultSettings : { ...app.settings, ...resolved(settings ?? {}, defaultSettings) },
  };
  return {
    app: next,
    fields: [...differences(app, next, ['name', 'sdkAuth', 'sdkKeys']), ...settingDifferences(app.settings, next.settings)],
  };
}

type Nullable<T> = { readonly [K in keyof T]?: T[K] | null };

function resolved<T extends object>(change: Nullable<T>, defaults: T): Partial<T> {
  const entries = Object.entries(change).map(([name, value]) => [name, value ?? defaults[name as keyof T]]);
  return Object.fromEntries(entries) as Partial<T>;
}

function differences<T extends object>(before: T, after: T, names: readonly (keyof T & string)[]): string[] {
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function settingDifferences(before: AppSettings, after: AppSettings): string[] {
  const names = Object.keys(defaultSettings) as (keyof AppSettings)[];
  return differences(before, after, names).map((name) => `settings.${name}`);
}
