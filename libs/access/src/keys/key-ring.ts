import type { Clock } from '#libs/kernel';
import { timingSafeEqual } from 'node:crypto';
import type { AppRepository } from '../apps/app.repository.ts';
import { isAlive } from '../apps/new-app.ts';
import type { ApiKey } from './api-key.ts';
import type { ApiKeyRepository } from './api-key.repository.ts';
import { hashOfKey } from './key-secret.ts';
import type { Principal } from './principal.ts';

/** The demo's app and its key, which stands in the README; it opens nothing to anybody but the machine's own user. */
export const DEMO_APP = 'demo';
const demoKey = 'cr_server_demo';
const minAdminKey = 16;
const maxKey = 512;

export interface KeyRingOptions {
  /** The bootstrap admin key: any text of 16 characters or more. */
  readonly adminKey: string;
  /** Whether `cr_server_demo` opens the app `demo` to callers on this machine. */
  readonly demo: boolean;
}

/** Tells who calls by their API key. */
export class KeyRing {
  readonly #adminHash: Buffer;
  readonly #demo: boolean;

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly apps: AppRepository,
    private readonly clock: Clock,
    { adminKey, demo }: KeyRingOptions,
  ) {
    if (adminKey.length < minAdminKey) throw new RangeError(`The admin key has fewer than ${minAdminKey} characters`);
    this.#adminHash = Buffer.from(hashOfKey(adminKey));
    this.#demo = demo;
  }

  /**
   * Undefined for a key that is unknown, deleted or expired, or whose app is gone.
   * `onThisMachine` says that the caller is a program on this machine, and no proxy of others.
   */
  async principalOf(secret: string, onThisMachine: boolean): Promise<Principal | undefined> {
    if (secret.length > maxKey) return undefined;
    const hash = hashOfKey(secret);
    if (timingSafeEqual(Buffer.from(hash), this.#adminHash)) return { kind: 'admin', keyId: 'bootstrap' };
    const principal = secret === demoKey ? this.#demoPrincipal(onThisMachine) : await this.#stored(hash);
    return principal && (await this.#isAlive(principal.app)) ? principal : undefined;
  }

  #demoPrincipal(onThisMachine: boolean): Principal | undefined {
    return this.#demo && onThisMachine ? { kind: 'server', keyId: 'demo', app: DEMO_APP } : undefined;
  }

  async #stored(hash: string): Promise<Principal | undefined> {
    const key = await this.keys.findByHash(hash);
    return key && !this.#isExpired(key) ? principalOf(key) : undefined;
  }

  #isExpired({ expiresAt }: ApiKey): boolean {
    return expiresAt !== undefined && expiresAt <= this.clock.now();
  }

  async #isAlive(app: string | undefined): Promise<boolean> {
    return app === undefined || isAlive(await this.apps.findById(app));
  }
}

function principalOf({ kind, id, app, scopes }: ApiKey): Principal {
  return { kind, keyId: id, ...(app !== undefined && { app }), ...(scopes && { scopes }) };
}
