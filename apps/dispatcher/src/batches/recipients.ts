import { installationKey } from '#libs/kernel';
import type { Installation, InstallationRepository, User, UserRepository } from '#libs/registry';
import type { PageEntry } from '#libs/sends';

/** Installations and their users as they were at one instant. */
export interface Recipients {
  /** When reading began, ms: nothing they say is newer. */
  readonly readAt: number;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly users: ReadonlyMap<string, User>;
}

/** Reads who is behind some entries: one query for installations, one for users. */
export class RecipientReader {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    /** Entries that are best read together: few where reading holds the event loop, many where each query is a journey. */
    readonly atOnce: number,
  ) {}

  async read(app: string, entries: readonly PageEntry[], now: number): Promise<Recipients> {
    const found = await this.installations.findByKeys(entries.map(({ installationId }) => installationKey(app, installationId)));
    const userIds = new Set(found.map(({ userId }) => userId));
    const users = await this.users.findByIds(app, [...userIds]);
    return { readAt: now, installations: new Map(found.map((installation) => [installation.id, installation])), users };
  }
}
