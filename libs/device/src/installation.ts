import { CarillonError, callPlatform } from './call-platform.ts';
import { flush } from './receipts.ts';
import type { State, Store } from './state.ts';

export interface Settings {
  /** Where the platform is, such as `https://push.example.com`. */
  readonly url: string;
  readonly app: string;
  /** An sdk key: it is public. A server key has no place on a device. */
  readonly key: string;
  /** Gets a fresh JWT for the user from the app's backend. It is called when the platform wants one, or another. */
  readonly userToken?: (externalId: string) => Promise<string>;
}

/** What may be said of an installation besides what the device says; the platform leaves out, and names, what an sdk key may not write. */
export interface Registration {
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly appVersion?: string;
}

export type Subscription = 'subscribed' | 'opted_in' | 'unsubscribed';

export interface DeviceFacts {
  /** Of the registration: platform, provider, permission, token, locale and so on. */
  readonly said: object;
  /** To be kept before it is said. */
  readonly kept?: Partial<State>;
}

/** What an SDK needs of what it runs on. */
export interface Device {
  readonly store: Store;
  readonly fetch: typeof fetch;
  /** UNIX time, ms. */
  readonly now: () => number;
  /** A random UUID. */
  newId(): string | Promise<string>;
  /** What the device says of itself now. Throws CarillonError. */
  facts(state: State): Promise<DeviceFacts>;
}

/** One installation of one app. Its calls go out one after the other, in the order in which they were made. All of them may throw CarillonError. */
export class Installation {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly settings: Settings,
    private readonly device: Device,
  ) {}

  /** Starts the session of an installation that is registered, and reports receipts that have waited. Nothing is asked of the person. */
  start(): Promise<void> {
    return this.next(async () => {
      const state = await this.state();
      if (state.installationId !== undefined) await this.#put(state, {});
      await flush(this.device);
    });
  }

  /** Reports receipts that have waited for a network; answers whether none is left. */
  reportWaiting(): Promise<boolean> {
    return flush(this.device);
  }

  /** Registers this device, with its token where the person has allowed it. Safe to repeat. */
  register(registration: Registration = {}): Promise<object> {
    return this.next(async () => this.#put(await this.state(), registration));
  }

  /** From now on this device rings for this user. `userToken`: a JWT of the app's backend, where the app asks for one. */
  changeUser(externalId: string, userToken?: string): Promise<object> {
    return this.next(async () => {
      let state = await this.state();
      if (state.installationId === undefined) await this.#put(state, {});
      state = { ...(await this.state()), userToken };
      const answer = await this.#call(state, 'PUT', '/user', { externalId }, externalId);
      await this.keep({ externalId });
      return answer;
    });
  }

  /** Takes the user off this device. Logging out in the app needs no call: who logged in last is rung. */
  detach(): Promise<object> {
    return this.next(async () => {
      const answer = await this.#call(await this.state(), 'DELETE', '/user');
      await this.keep({ externalId: null, userToken: undefined });
      return answer;
    });
  }

  /** The wish of the person, on all of their devices. */
  setSubscription(subscription: Subscription): Promise<object> {
    return this.#patchOwner({ subscription });
  }

  /** Tags of the person; the app says which ones a device may write (`settings.sdkWritable`). */
  changeTags(tags: { readonly add?: readonly string[]; readonly remove?: readonly string[] }): Promise<object> {
    return this.#patchOwner({ tags });
  }

  /** Attributes of the person; `null` takes one away. */
  setAttributes(attributes: Readonly<Record<string, unknown>>): Promise<object> {
    return this.#patchOwner({ attributes });
  }

  /** What this device is to the platform; undefined before its first registration. */
  async installationId(): Promise<string | undefined> {
    return (await this.state()).installationId;
  }

  /** What is kept, or a new beginning where the app belongs to another platform, or is another one, now. */
  protected async state(): Promise<State> {
    const { app, key } = this.settings;
    const url = this.settings.url.replace(/\/+$/, '');
    const state = await this.device.store.read();
    return state?.url === url && state.app === app ? { ...state, key } : { url, app, key };
  }

  protected async keep(change: Partial<State>): Promise<State> {
    const state = { ...(await this.state()), ...change };
    await this.device.store.write(state);
    return state;
  }

  /** After everything that was asked for before. */
  protected next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #patchOwner(change: object): Promise<object> {
    return this.next(async () => this.#call(await this.state(), 'PATCH', '/user', change));
  }

  async #put(before: State, registration: Registration): Promise<object> {
    const { said, kept } = await this.device.facts(before);
    const body = { ...said, ...registration };
    const state = await this.keep({ installationId: before.installationId ?? (await this.device.newId()), ...kept });
    try {
      return await this.#registered(state, body);
    } catch (error) {
      // The platform does not know this device any more, or another one has its secret: it begins anew, and its token follows it (R12).
      if (!(error instanceof CarillonError) || error.code !== 'installation_secret_invalid') throw error;
      return this.#registered(await this.keep({ installationId: await this.device.newId(), installationSecret: undefined }), {
        ...body,
        ...(state.externalId != null && { externalId: state.externalId }),
      });
    }
  }

  async #registered(state: State, body: object): Promise<object> {
    const answer = await this.#call(state, 'PUT', '', body);
    const { installationSecret, externalId, ...shown } = answer as { installationSecret?: string; externalId?: string | null };
    await this.keep({ externalId, ...(installationSecret !== undefined && { installationSecret }) });
    return { ...shown, externalId };
  }

  /** A call about this installation. Where the platform wants a token of the user, or another one, the app is asked for it, once. */
  async #call(state: State, method: string, path: string, body?: unknown, user = state.externalId): Promise<object> {
    if (state.installationId === undefined) throw new CarillonError('not_registered', 0, 'Call register() first');
    const whole = `/installations/${state.installationId}${path}`;
    try {
      const answer = await callPlatform(this.device.fetch, state, method, whole, body);
      if (path === '/user' && method === 'PUT') await this.keep({ userToken: state.userToken });
      return answer;
    } catch (error) {
      const { userToken } = this.settings;
      if (!(error instanceof CarillonError) || !error.code.startsWith('jwt_') || !userToken || user == null) throw error;
      return callPlatform(this.device.fetch, await this.keep({ userToken: await userToken(user) }), method, whole, body);
    }
  }
}
