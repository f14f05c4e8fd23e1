import type { PlatformCall } from './platform-call.ts';
import type {
  ChangedUser,
  Installation,
  InstallationPatch,
  InstallationRegistration,
  RegisteredInstallation,
  TrackItem,
  TrackResults,
  User,
  UserPatch,
} from './types.ts';

const merge = { 'content-type': 'application/merge-patch+json' };

export class Users {
  constructor(private readonly call: PlatformCall) {}

  get(externalId: string): Promise<User> {
    return this.call.json({ method: 'GET', path: this.#path(externalId) });
  }

  /** Absent fields stay, `null` takes away; a user that nobody knew is made. Not repeated by itself: increments would count twice. */
  patch(externalId: string, change: UserPatch): Promise<User> {
    return this.call.json({ method: 'PATCH', path: this.#path(externalId), body: change, headers: merge });
  }

  /** Attributes, tags and events of up to 1,000 people; each item is answered for itself. */
  track(items: readonly TrackItem[]): Promise<TrackResults> {
    return this.call.json({ method: 'POST', path: `/v1/apps/${this.call.app}/users/track`, body: items });
  }

  #path(externalId: string): string {
    return `/v1/apps/${this.call.app}/users/${encodeURIComponent(externalId)}`;
  }
}

export class Installations {
  constructor(private readonly call: PlatformCall) {}

  get(id: string): Promise<Installation> {
    return this.call.json({ method: 'GET', path: this.#path(id) });
  }

  /** Registers it, or registers it again: absent fields stay, `null` takes away. */
  put(id: string, registration: InstallationRegistration): Promise<RegisteredInstallation> {
    return this.call.json({ method: 'PUT', path: this.#path(id), body: registration });
  }

  patch(id: string, change: InstallationPatch): Promise<Installation> {
    return this.call.json({ method: 'PATCH', path: this.#path(id), body: change, headers: merge, repeatable: true });
  }

  /** From now on it rings for this user; null detaches whoever has it. */
  changeUser(id: string, externalId: string | null): Promise<ChangedUser> {
    const path = `${this.#path(id)}/user`;
    return this.call.json(externalId === null ? { method: 'DELETE', path } : { method: 'PUT', path, body: { externalId } });
  }

  async remove(id: string): Promise<void> {
    await this.call.json({ method: 'DELETE', path: this.#path(id) });
  }

  #path(id: string): string {
    return `/v1/apps/${this.call.app}/installations/${encodeURIComponent(id)}`;
  }
}
