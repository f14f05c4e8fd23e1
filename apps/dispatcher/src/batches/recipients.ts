import { installationKey } from '#libs/kernel';
import type { Installation, InstallationRepository, RecipientInstallation, User, UserRepository } from '#libs/registry';
import type { PageEntry } from '#libs/sends';

/** Installations and their users as they were at one instant. */
export interface Recipients {
  /** When reading began, ms: nothing they say is newer. */
  readonly readAt: number;
  readonly installations: ReadonlyMap<string, RecipientInstallation>;
  /** All that is known of them, where that was asked for. */
  readonly wholes: ReadonlyMap<string, Installation>;
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

  /** `wholly`: texts speak of more than sending needs. */
  async read(app: string, entries: readonly PageEntry[], now: number, wholly: boolean): Promise<Recipients> {
    const keys = entries.map(({ installationId }) => installationKey(app, installationId));
    const wholes = wholly ? await this.installations.findByKeys(keys) : [];
    const found = wholly ? wholes : await this.installations.findRecipients(keys);
    const userIds = new Set(found.map(({ userId }) => userId));
    const users = await this.users.findByIds(app, [...userIds]);
    return { readAt: now, installations: byId(found), wholes: byId(wholes), users };
  }
}

function byId<T extends { readonly id: string }>(found: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const one of found) map.set(one.id, one);
  return map;
}
