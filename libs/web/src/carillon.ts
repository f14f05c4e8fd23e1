import type { Browser } from './browser.ts';
import { CarillonError, callPlatform } from './call-platform.ts';
import { flush } from './receipts.ts';
import type { State } from './state.ts';
import { tokenOf } from './web-push-token.ts';

export interface Settings {
  /** Where the platform is, such as `https://push.example.com`. */
  readonly url: string;
  readonly app: string;
  /** An sdk key: it is public. A server key has no place in a page. */
  readonly key: string;
  /** The public key of Web Push, base64url; the platform is asked for it unless it is given. */
  readonly applicationServerKey?: string;
  /** Gets a fresh JWT for the user from the site's backend. It is called when the platform wants one, or another. */
  readonly userToken?: (externalId: string) => Promise<string>;
}

/** What may be said of an installation besides what the browser says; the platform leaves out, and names, what an sdk key may not write. */
export interface Registration {
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly appVersion?: string;
}

export type Subscription = 'subscribed' | 'opted_in' | 'unsubscribed';

const permissions = { granted: 'granted', denied: 'denied', default: 'not_asked', unsupported: 'denied' } as const;

/** One browser of one app. Its calls go out one after the other, in the order in which they were made. All of them may throw CarillonError. */
export class Carillon {
  #turn: Promise<unknown> = Promise.resolve();
  #publicKey: Promise<string | undefined> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly browser: Browser,
  ) {}

  /** Starts the session of an installation that is registered, and reports receipts that have waited. Nothing is asked of the person. */
  start(): Promise<void> {
    return this.#next(async () => {
      const state = await this.#state();
      if (state.installationId !== undefined) await this.#put(state, {});
      await flush(this.browser);
    });
  }

  /** Reports receipts that have waited for a network; answers whether none is left. */
  reportWaiting(): Promise<boolean> {
    return flush(this.browser);
  }

  /** Registers this browser, with its subscription where the person has allowed it. Safe to repeat. */
  register(registration: Registration = {}): Promise<object> {
    return this.#next(async () => this.#put(await this.#state(), registration));
  }

  /** `default`: nobody was asked yet; `unsupported`: this browser has no push. */
  permission(): NotificationPermission | 'unsupported' {
    return this.browser.permission();
  }

  /** Shows the browser's own dialog, and registers with what the person said. Throws `gesture_needed` outside of a click or a key press. */
  async requestPermission(): Promise<NotificationPermission | 'unsupported'> {
    if (this.permission() === 'default') {
      if (!this.browser.hasGesture()) throw new CarillonError('gesture_needed', 0, 'Ask when the person has clicked, not before');
      await this.browser.ask();
    }
    await this.register();
    return this.permission();
  }

  /** From now on this browser rings for this user. `userToken`: a JWT of the site's backend, where the app asks for one. */
  changeUser(externalId: string, userToken?: string): Promise<object> {
    return this.#next(async () => {
      let state = await this.#state();
      if (state.installationId === undefined) await this.#put(state, {});
      state = { ...(await this.#state()), userToken };
      const answer = await this.#call(state, 'PUT', '/user', { externalId }, externalId);
      await this.#keep({ externalId });
      return answer;
    });
  }

  /** Takes the user off this browser. Logging out on the site needs no call: who logged in last is rung. */
  detach(): Promise<object> {
    return this.#next(async () => {
      const answer = await this.#call(await this.#state(), 'DELETE', '/user');
      await this.#keep({ externalId: null, userToken: undefined });
      return answer;
    });
  }

  /** The wish of the person, on all of their devices. */
  setSubscription(subscription: Subscription): Promise<object> {
    return this.#patchOwner({ subscription });
  }

  /** Tags of the person; the app says which ones a browser may write (`settings.sdkWritable`). */
  changeTags(tags: { readonly add?: readonly string[]; readonly remove?: readonly string[] }): Promise<object> {
    return this.#patchOwner({ tags });
  }

  /** Attributes of the person; `null` takes one away. */
  setAttributes(attributes: Readonly<Record<string, unknown>>): Promise<object> {
    return this.#patchOwner({ attributes });
  }

  /** What this browser is to the platform; undefined before its first registration. */
  async installationId(): Promise<string | undefined> {
    return (await this.#state()).installationId;
  }

  /** Keeps that the person said "not now", for `softPrompt`. */
  decline(): Promise<void> {
    return this.#next(() => this.#keep({ declinedAt: this.browser.now() }).then(() => undefined));
  }

  /** When the person last said "not now", ms. */
  async declinedAt(): Promise<number | undefined> {
    return (await this.#state()).declinedAt;
  }

  async #patchOwner(change: object): Promise<object> {
    return this.#next(async () => this.#call(await this.#state(), 'PATCH', '/user', change));
  }

  async #put(before: State, registration: Registration): Promise<object> {
    const permission = this.browser.permission();
    const publicKey = permission === 'granted' ? await (this.#publicKey ??= this.#askForPublicKey(before)) : undefined;
    const subscription = publicKey === undefined ? undefined : await this.browser.subscribe(publicKey);
    const body = {
      platform: 'web',
      provider: 'webpush',
      permission: permissions[permission],
      ...(subscription && { token: tokenOf(subscription, publicKey) }),
      ...this.browser.traits,
      ...registration,
    };
    const id = before.installationId ?? this.browser.newId();
    const state = await this.#keep({ installationId: id, applicationServerKey: publicKey ?? before.applicationServerKey });
    try {
      return await this.#registered(state, body);
    } catch (error) {
      // The platform does not know this browser any more, or another one has its secret: it begins anew, and its token follows it (R12).
      if (!(error instanceof CarillonError) || error.code !== 'installation_secret_invalid') throw error;
      return this.#registered(await this.#keep({ installationId: this.browser.newId(), installationSecret: undefined }), {
        ...body,
        ...(state.externalId != null && { externalId: state.externalId }),
      });
    }
  }

  async #registered(state: State, body: object): Promise<object> {
    const answer = await this.#call(state, 'PUT', '', body);
    const { installationSecret, externalId, ...shown } = answer as { installationSecret?: string; externalId?: string | null };
    await this.#keep({ externalId, ...(installationSecret !== undefined && { installationSecret }) });
    return { ...shown, externalId };
  }

  /** A call about this installation. Where the platform wants a token of the user, or another one, the site is asked for it, once. */
  async #call(state: State, method: string, path: string, body?: unknown, user = state.externalId): Promise<object> {
    if (state.installationId === undefined) throw new CarillonError('not_registered', 0, 'Call register() first');
    const whole = `/installations/${state.installationId}${path}`;
    try {
      const answer = await callPlatform(this.browser.fetch, state, method, whole, body);
      if (path === '/user' && method === 'PUT') await this.#keep({ userToken: state.userToken });
      return answer;
    } catch (error) {
      const { userToken } = this.settings;
      if (!(error instanceof CarillonError) || !error.code.startsWith('jwt_') || !userToken || user == null) throw error;
      return callPlatform(this.browser.fetch, await this.#keep({ userToken: await userToken(user) }), method, whole, body);
    }
  }

  async #askForPublicKey(state: State): Promise<string | undefined> {
    const { applicationServerKey } = this.settings;
    if (applicationServerKey !== undefined) return applicationServerKey;
    const config = (await callPlatform(this.browser.fetch, state, 'GET', '/sdk-config')) as { webPush?: { publicKey: string } | null };
    return config.webPush?.publicKey;
  }

  /** What is kept, or a new beginning where the page belongs to another app or platform now. */
  async #state(): Promise<State> {
    const { app, key } = this.settings;
    const url = this.settings.url.replace(/\/+$/, '');
    const state = await this.browser.store.read();
    return state?.url === url && state.app === app ? { ...state, key } : { url, app, key };
  }

  async #keep(change: Partial<State>): Promise<State> {
    const state = { ...(await this.#state()), ...change };
    await this.browser.store.write(state);
    return state;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
