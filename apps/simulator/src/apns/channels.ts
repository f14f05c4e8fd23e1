import { randomBytes } from 'node:crypto';
import type { ApnsEnvironment } from './connection-auth.ts';

/** Apple's limit, of an app in an environment. */
const maxOfApp = 10_000;
/** Ours: an app's name costs a client nothing here. */
const maxOfAll = 100_000;
const maxFollowers = 50_000;

/** A broadcast channel: an address of one app that devices follow, which of them Apple alone knows. */
export interface BroadcastChannel {
  readonly id: string;
  readonly environment: ApnsEnvironment;
  readonly bundleId: string;
  /** Whether the most recent message is kept for devices that are off. */
  readonly keepsLatest: boolean;
}

/** The broadcast channels of all apps, and who follows them; environments share none. */
export class BroadcastChannels {
  readonly #byId = new Map<string, BroadcastChannel>();
  readonly #ofApp = new Map<string, Set<string>>();
  readonly #followers = new Map<string, Set<string>>();
  #following = 0;

  /** Undefined where the app has as many as it may. */
  create(environment: ApnsEnvironment, bundleId: string, keepsLatest: boolean): BroadcastChannel | undefined {
    const app = appOf(environment, bundleId);
    const own = this.#ofApp.get(app) ?? new Set<string>();
    if (own.size >= maxOfApp || this.#byId.size >= maxOfAll) return undefined;
    const channel = { id: randomBytes(16).toString('base64'), environment, bundleId, keepsLatest };
    this.#byId.set(channel.id, channel);
    this.#ofApp.set(app, own.add(channel.id));
    return channel;
  }

  find(environment: ApnsEnvironment, id: string): BroadcastChannel | undefined {
    const channel = this.#byId.get(id);
    return channel?.environment === environment ? channel : undefined;
  }

  /** Ids, the oldest first. */
  list(environment: ApnsEnvironment, bundleId: string): readonly string[] {
    return [...(this.#ofApp.get(appOf(environment, bundleId)) ?? [])];
  }

  delete({ id, environment, bundleId }: BroadcastChannel): void {
    const app = appOf(environment, bundleId);
    const own = this.#ofApp.get(app);
    own?.delete(id);
    if (own?.size === 0) this.#ofApp.delete(app);
    this.#following -= this.#followers.get(id)?.size ?? 0;
    this.#followers.delete(id);
    this.#byId.delete(id);
  }

  /** A Live Activity was started by this token with the channel to be updated by. One too many is followed by nobody. */
  follow(environment: ApnsEnvironment, id: unknown, token: string): void {
    if (typeof id !== 'string' || !this.find(environment, id) || this.#following >= maxFollowers) return;
    const followers = this.#followers.get(id) ?? new Set<string>();
    if (!followers.has(token)) this.#following += 1;
    this.#followers.set(id, followers.add(token));
  }

  followersOf({ id }: BroadcastChannel): Iterable<string> {
    return this.#followers.get(id) ?? [];
  }
}

function appOf(environment: ApnsEnvironment, bundleId: string): string {
  return `${environment} ${bundleId}`;
}
