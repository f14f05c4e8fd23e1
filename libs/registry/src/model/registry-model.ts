import type { Permission, Subscription } from '../installation.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { OLD_ANDROID, type Answer, type Provider, type RegisterStep, type SessionStep, type Shown, type Step, type Verdict } from './step.ts';

export interface ModelUser {
  externalId: string | null;
  subscription: Subscription;
  tags: string[];
}

export interface ModelDevice {
  /** Number of its user in `users`. */
  user: number;
  verified: boolean;
  epoch: number;
  provider: Provider;
  token: string | null;
  /** The earliest that the last confirmation may be stored with; `seen` by the suite, which puts the stored one here. */
  confirmedAt: number;
  isConfirmedNow: boolean;
  imported: boolean;
  suspect: string | null;
  lostReason: string | null;
  permission: Permission;
  enabled: boolean;
  tags: string[];
  firstSeenAt: number;
  seenAt: number;
  sessionAt: number;
}

/** All there is to know, as plain data: no revision, no claim, no retry, no second copy of anything. */
export interface ModelState {
  readonly users: Map<number, ModelUser>;
  readonly devices: Map<string, ModelDevice>;
  /** The owner epoch of deleted devices; gone with their tombstones. */
  readonly graves: Map<string, { readonly epoch: number; readonly deletedAt: number }>;
  /** `device token` → when last confirmed; outlives the token. */
  readonly confirmations: Map<string, number>;
  nextUser: number;
}

const tombstoneAgeMs = 7 * 24 * 60 * 60 * 1_000;

/** What registration-rules says, written down once more with nothing that storage or concurrency ask for: one step after another, each at once. */
export class RegistryModel {
  constructor(
    readonly settings: RegistrySettings,
    readonly state: ModelState = { users: new Map(), devices: new Map(), graves: new Map(), confirmations: new Map(), nextUser: 1 },
  ) {}

  clone(): RegistryModel {
    return new RegistryModel(this.settings, structuredClone(this.state));
  }

  userOf(externalId: string): number | undefined {
    return [...this.state.users].find(([, user]) => user.externalId === externalId)?.[0];
  }

  devicesOf(user: number): string[] {
    return [...this.state.devices].filter(([, device]) => device.user === user).map(([id]) => id);
  }

  /** The device that has the token: one at most, as everywhere in the model a token is taken from whoever had it. */
  holderOf(token: string): string | undefined {
    return [...this.state.devices].find(([, device]) => device.token === token)?.[0];
  }

  apply(step: Step, now: number): Answer {
    if (step.kind === 'register') return this.#register(step, now);
    if (step.kind === 'subscribe' || step.kind === 'userTags') return this.#changeUserData(step);
    if ('verdict' in step) return this.#judge(step, now);
    if (step.kind === 'delete') return this.#delete(step.device, now);
    const device = this.state.devices.get(step.device);
    if (!device) return 'installation_not_found';
    switch (step.kind) {
      case 'session':
        return this.#session(step, device, now);
      case 'changeUser':
        return this.#own(device, step.user, step.verified, now) ? 'changed' : 'same';
      case 'detach':
        return this.#own(device, null, false, now) ? 'changed' : 'same';
      case 'changeProvider':
        device.provider = device.provider === 'fcm' ? 'hms' : 'fcm';
        this.#lose(device, 'provider_changed'); // R8
        return 'done';
      case 'deviceTags':
        device.tags = changed(device.tags, step);
        return 'done';
    }
  }

  /** Tombstones go after 7 days. */
  sweep(now: number): void {
    const { graves } = this.state;
    for (const [id, { deletedAt }] of graves) if (deletedAt < now - tombstoneAgeMs) graves.delete(id);
  }

  #register(step: RegisterStep, now: number): Answer {
    const { device: id, user, verified, by } = step;
    const known = this.state.devices.get(id);
    const device = known ?? this.#make(step, now);
    if (known && user !== undefined) this.#own(device, user, verified, now);
    else if (!known && verified && user) device.verified = true;
    this.#allow(device, step, id, known === undefined);
    if (step.tags !== undefined) device.tags = [...step.tags];
    this.#show(id, device, step.token, by, now);
    if (by === 'sdk') this.#see(device, now);
    return known ? 'updated' : 'created';
  }

  #session(step: SessionStep, device: ModelDevice, now: number): Answer {
    this.#allow(device, step, step.device, false);
    this.#show(step.device, device, step.token, 'sdk', now);
    this.#see(device, now);
    return 'updated';
  }

  #see(device: ModelDevice, now: number): void {
    device.seenAt = now;
    device.sessionAt = now;
  }

  /** R1, and R5: whoever had the id before its deletion. */
  #make({ device: id, user: externalId = null, provider }: RegisterStep, now: number): ModelDevice {
    const grave = this.state.graves.get(id);
    const user = externalId === null ? this.#newUser(null) : this.#named(externalId);
    const device: ModelDevice = {
      user, verified: false, epoch: grave ? grave.epoch + 1 : 0, provider, token: null, confirmedAt: 0, isConfirmedNow: false,
      imported: false, suspect: null, lostReason: null, permission: 'not_asked', enabled: false, tags: [], firstSeenAt: now, seenAt: now,
      sessionAt: now,
    }; // prettier-ignore
    this.state.graves.delete(id);
    this.state.devices.set(id, device);
    return device;
  }

  /** R3, R4, R6, R22 to R31: whose the device is from now on. Answers whether that is new. */
  #own(device: ModelDevice, externalId: string | null, verified: boolean, now: number): boolean {
    const owner = this.#user(device.user);
    if (owner.externalId === externalId) {
      device.verified ||= verified;
      return false;
    }
    if (owner.externalId === null) this.#recognise(device.user, externalId ?? '');
    else this.#handOver(device, externalId, now);
    device.verified = verified;
    return true;
  }

  /** R30, R31: the same person, so neither the epoch nor the tags of the device change. */
  #recognise(anonymous: number, externalId: string): void {
    const known = this.userOf(externalId);
    if (known === undefined) {
      this.#user(anonymous).externalId = externalId;
      return;
    }
    for (const device of this.state.devices.values()) if (device.user === anonymous) device.user = known;
    this.state.users.delete(anonymous);
  }

  #handOver(device: ModelDevice, externalId: string | null, now: number): void {
    device.user = externalId === null ? this.#newUser(null) : this.#named(externalId);
    device.epoch += 1;
    device.sessionAt = now;
    if (this.settings.onUserChange === 'clear') device.tags = []; // R22a
  }

  /** R13 to R15, R36, R41, R43. */
  #allow(device: ModelDevice, { permission, enabled }: Shown, id: string, isFirst: boolean): void {
    const unasked = id === OLD_ANDROID;
    const isGranted = permission === 'granted' && (isFirst || device.permission !== 'granted') && !unasked;
    if (isGranted) this.#optIn(this.#user(device.user));
    const before = device.permission;
    if (permission !== undefined) device.permission = permission;
    else if (isFirst) device.permission = unasked || enabled === true ? 'granted' : 'not_asked';
    const follows = isFirst || enabled === null || device.permission !== before;
    const shows = device.permission === 'granted' || device.permission === 'provisional';
    device.enabled = enabled ?? (follows ? shows : device.enabled);
  }

  #optIn(user: ModelUser): void {
    const { optInWhenAuthorized, optInOverridesUnsubscribe } = this.settings;
    if (optInWhenAuthorized && (user.subscription !== 'unsubscribed' || optInOverridesUnsubscribe)) user.subscription = 'opted_in';
  }

  /** R8 to R12. */
  #show(id: string, device: ModelDevice, token: string | null | undefined, by: 'sdk' | 'server', now: number): void {
    if (token === undefined) return;
    if (token === null) {
      this.#lose(device, 'cleared');
      return;
    }
    const isSame = device.token === token;
    device.imported = by === 'server' && (!isSame || device.imported);
    this.#hold(id, device, token, now);
  }

  #hold(id: string, device: ModelDevice, token: string, now: number): void {
    const holder = this.holderOf(token);
    const other = holder === undefined || holder === id ? undefined : this.state.devices.get(holder);
    const confirmedAt = Math.max(now, (this.state.confirmations.get(`${id} ${token}`) ?? 0) + 1, (other?.confirmedAt ?? 0) + 1);
    if (other) this.#lose(other, 'superseded');
    this.state.confirmations.set(`${id} ${token}`, confirmedAt);
    Object.assign(device, { token, confirmedAt, isConfirmedNow: true, suspect: null, lostReason: null });
  }

  #lose(device: ModelDevice, reason: string): void {
    if (device.token !== null) Object.assign(device, { token: null, imported: false, suspect: null, lostReason: reason });
  }

  /** R46, R48, invariant 4: only the token that was sent to, and only if nobody confirmed it since. */
  #judge(step: Extract<Step, { readonly verdict: Verdict }>, now: number): Answer {
    const { device: id, token, confirmedAt, since } = step.verdict;
    const device = this.state.devices.get(id);
    if (device?.token !== token) return 'kept';
    if (since === null ? device.confirmedAt !== confirmedAt : device.confirmedAt >= since) return 'kept';
    switch (step.kind) {
      case 'purge':
        this.#lose(device, 'Unregistered');
        return 'purged';
      case 'suspect':
        device.suspect = 'MismatchSenderId';
        return 'marked';
      case 'replace':
        return this.#replace(id, device, step.token, now);
    }
  }

  /** Two installations that turn out to be one device: the one with the newer address keeps it. */
  #replace(id: string, device: ModelDevice, token: string, now: number): Answer {
    if (token === device.token) return 'kept';
    if (this.holderOf(token) !== undefined) {
      this.#lose(device, 'superseded');
      return 'merged';
    }
    this.#hold(id, device, token, now);
    return 'replaced';
  }

  #delete(id: string, now: number): Answer {
    const device = this.state.devices.get(id);
    if (!device) return 'nothing';
    this.state.graves.set(id, { epoch: device.epoch, deletedAt: now });
    this.state.devices.delete(id);
    if (this.#user(device.user).externalId === null) this.state.users.delete(device.user);
    return 'deleted';
  }

  /** R37: the person's, whatever the device. */
  #changeUserData(step: Extract<Step, { kind: 'subscribe' | 'userTags' }>): Answer {
    const known = this.userOf(step.user);
    if (known === undefined && !(step.kind === 'subscribe' && step.create)) return 'user_not_found';
    const user = this.#user(known ?? this.#newUser(step.user));
    if (step.kind === 'subscribe') user.subscription = step.subscription;
    else user.tags = changed(user.tags, step);
    return 'done';
  }

  #named(externalId: string): number {
    return this.userOf(externalId) ?? this.#newUser(externalId);
  }

  /** R35. */
  #newUser(externalId: string | null): number {
    const number = this.state.nextUser;
    this.state.nextUser += 1;
    this.state.users.set(number, { externalId, subscription: 'subscribed', tags: [] });
    return number;
  }

  #user(number: number): ModelUser {
    const user = this.state.users.get(number);
    if (!user) throw new Error(`The model has lost user ${number}`);
    return user;
  }
}

function changed(
  tags: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];
}
