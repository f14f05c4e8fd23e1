import type { RegistrySettings } from '../../src/registry-settings.ts';
import { changeUserData, changedTags, getUser, named, newUser, optIn, own, tellOfPerson } from './model-people.ts';
import { emptyState, holderOf, userOf, type ModelDevice, type ModelState } from './model-state.ts';
import { holdImported, judgeToken, loseToken, showToken } from './model-tokens.ts';
import { OLD_ANDROID, type Answer, type ImportStep, type RegisterStep, type SessionStep, type Shown, type Step } from './step.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const tombstoneAgeMs = 7 * dayMs;
const idleMs = 60 * dayMs;

/** What registration-rules says, written down once more with nothing that storage or concurrency ask for: one step after another, each at once. */
export class RegistryModel {
  constructor(
    readonly settings: RegistrySettings,
    readonly state: ModelState = emptyState(),
  ) {}

  clone(): RegistryModel {
    return new RegistryModel(this.settings, structuredClone(this.state));
  }

  apply(step: Step, now: number): Answer {
    if (step.kind === 'register') return this.#register(step, now);
    if (step.kind === 'subscribe' || step.kind === 'userTags') return changeUserData(this.state, step);
    if ('verdict' in step) return judgeToken(this.state, step, now);
    if (step.kind === 'import') return this.#import(step, now);
    if (!('device' in step)) return tellOfPerson(this.state, step, now);
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
        loseToken(device, 'provider_changed'); // R8
        return 'done';
      case 'deviceTags':
        device.tags = changedTags(device.tags, step);
        return 'done';
    }
  }

  /** Tombstones go after 7 days; nobody's installations without a token after 60 days of silence (R20). */
  sweep(now: number): void {
    const { graves, devices } = this.state;
    for (const [id, { deletedAt }] of graves) if (deletedAt < now - tombstoneAgeMs) graves.delete(id);
    for (const [id, { token, user, seenAt }] of devices) {
      const isNobody = token === null && getUser(this.state, user).externalId === null;
      if (isNobody && seenAt < now - idleMs) this.#delete(id, now);
    }
  }

  #register(step: RegisterStep, now: number): Answer {
    const { device: id, user, verified, by } = step;
    const known = this.state.devices.get(id);
    const device = known ?? this.#make(step, now);
    if (known && user !== undefined) this.#own(device, user, verified, now);
    else if (!known && verified && user) device.verified = true;
    this.#allow(device, step, id, known === undefined);
    if (step.tags !== undefined) device.tags = [...step.tags];
    showToken(this.state, id, step, by, now);
    if (by === 'sdk') see(device, now);
    return known ? 'updated' : 'created';
  }

  /** R17 to R19: a file says nothing of what a device has said itself, and logs nobody in or out. */
  #import({ device: id, token, enabled, user, tags, upsert, provider }: ImportStep, now: number): Answer {
    const holder = token === null ? undefined : holderOf(this.state, token);
    if (holder !== undefined && holder !== id) return 'existing';
    const known = this.state.devices.get(id);
    if (!known) {
      const device = this.#make({ device: id, user, provider }, now);
      this.#allow(device, { enabled }, id, true);
      device.tags = [...tags];
      if (token !== null) holdImported(this.state, id, device, token, now);
      return 'created';
    }
    if (!upsert) return 'existing';
    const isNewUser = user !== null && userOf(this.state, user) === undefined;
    if (isNewUser) named(this.state, user);
    const before = JSON.stringify(known);
    if (known.token === null || known.imported) {
      this.#allow(known, { enabled }, id, false);
      if (token !== null && known.token !== token) holdImported(this.state, id, known, token, now);
    }
    known.tags = [...tags];
    return JSON.stringify(known) === before && !isNewUser ? 'existing' : 'updated';
  }

  #session(step: SessionStep, device: ModelDevice, now: number): Answer {
    this.#allow(device, step, step.device, false);
    showToken(this.state, step.device, step, 'sdk', now);
    see(device, now);
    return 'updated';
  }

  #own(device: ModelDevice, externalId: string | null, verified: boolean, now: number): boolean {
    return own(this.state, device, { externalId, verified }, this.settings, now);
  }

  /** R1; R5: nothing is left of whoever had the id before its deletion. */
  #make({ device: id, user: externalId, provider }: Pick<RegisterStep, 'device' | 'user' | 'provider'>, now: number): ModelDevice {
    const grave = this.state.graves.get(id);
    const user = externalId == null ? newUser(this.state, null) : named(this.state, externalId);
    const device: ModelDevice = {
      user, verified: false, epoch: grave ? grave.epoch + 1 : 0, provider, token: null, isClaiming: false, confirmedAt: 0, isConfirmedNow: false,
      imported: false, suspect: null, lostReason: null, permission: 'not_asked', enabled: false, tags: [], firstSeenAt: now, seenAt: now,
      sessionAt: now,
    }; // prettier-ignore
    this.state.graves.delete(id);
    this.state.devices.set(id, device);
    return device;
  }

  /** R13 to R15, R36, R41, R43. */
  #allow(device: ModelDevice, { permission, enabled }: Shown, id: string, isFirst: boolean): void {
    const isUnasked = id === OLD_ANDROID;
    const isGranted = permission === 'granted' && (isFirst || device.permission !== 'granted') && !isUnasked;
    if (isGranted) optIn(getUser(this.state, device.user), this.settings);
    const before = device.permission;
    if (permission !== undefined) device.permission = permission;
    else if (isFirst) device.permission = isUnasked || enabled === true ? 'granted' : 'not_asked';
    const follows = isFirst || enabled === null || device.permission !== before;
    const shows = device.permission === 'granted' || device.permission === 'provisional';
    device.enabled = enabled ?? (follows ? shows : device.enabled);
  }

  #delete(id: string, now: number): Answer {
    const device = this.state.devices.get(id);
    if (!device) return 'nothing';
    this.state.graves.set(id, { epoch: device.epoch, deletedAt: now });
    this.state.devices.delete(id);
    if (getUser(this.state, device.user).externalId === null) this.state.users.delete(device.user);
    return 'deleted';
  }
}

function see(device: ModelDevice, now: number): void {
  device.seenAt = now;
  device.sessionAt = now;
}
