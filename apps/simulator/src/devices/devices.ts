import { isoTime, type Clock } from '#libs/kernel';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import type { WaitingMessage } from '../traits/provider-traits.ts';
import { tokenKey } from '../traits/traits.ts';
import type { Delivery } from './delivery.ts';
import { Inbox, type Arrival } from './inbox.ts';
import { contentOf } from './push-content.ts';
import { afterOneMore } from './waiting-messages.ts';

/** A simulated phone, named by its installation. */
export interface Device {
  readonly installation: string;
  readonly provider: SimulatedProvider;
  readonly platform: string;
  readonly token: string;
}

interface Phone extends Device {
  readonly inbox: Inbox;
  online: boolean;
  waiting: readonly WaitingMessage[];
}

/** `device` is what the watcher called the phone: its installation or its token. */
export type ArrivalListener = (device: string, arrival: Arrival) => void;

interface Watch {
  readonly device: string;
  readonly listener: ArrivalListener;
}

const maxDevices = 50_000;

/** The simulated phones with their inboxes, and everyone who watches pushes arrive, be it on an announced phone or at a bare token. */
export class Devices {
  readonly #byInstallation = new Map<string, Phone>();
  readonly #byToken = new Map<string, Phone>();
  readonly #watches = new Map<string, Set<Watch>>();

  constructor(private readonly clock: Clock) {}

  /** Makes the phone, or gives the known one its new token. Throws RangeError beyond 50,000 phones. */
  announce(device: Device): void {
    const known = this.#byInstallation.get(device.installation);
    if (!known && this.#byInstallation.size >= maxDevices) throw new RangeError(`At most ${maxDevices} devices can be simulated`);
    if (known) this.#byToken.delete(keyOf(known));
    const phone = { ...device, inbox: known?.inbox ?? new Inbox(), online: known?.online ?? true, waiting: known?.waiting ?? [] };
    this.#byInstallation.set(device.installation, phone);
    this.#byToken.set(keyOf(device), phone);
  }

  list(): (Device & { readonly online: boolean; readonly arrived: number })[] {
    return [...this.#byInstallation.values()].map(({ inbox, waiting: _, ...device }) => ({ ...device, arrived: inbox.arrivals.length }));
  }

  findInbox(installation: string): Inbox | undefined {
    return this.#byInstallation.get(installation)?.inbox;
  }

  /** Switches a phone on or off; coming back, it gets what the provider kept. False when there is no such phone. */
  setOnline(installation: string, online: boolean): boolean {
    const phone = this.#byInstallation.get(installation);
    if (!phone) return false;
    phone.online = online;
    if (online) this.#catchUp(phone);
    return true;
  }

  /** Whether anybody would see a push to this token. */
  expects(provider: SimulatedProvider, token: string): boolean {
    if (this.#byToken.size === 0 && this.#watches.size === 0) return false;
    const key = keyOf({ provider, token });
    return this.#byToken.has(key) || this.#watches.has(key);
  }

  /** Whether the phone with this token is on; undefined when there is none. */
  isOnline(provider: SimulatedProvider, token: string): boolean | undefined {
    return this.#byToken.get(keyOf({ provider, token }))?.online;
  }

  deliver(delivery: Delivery): void {
    const key = keyOf(delivery);
    const phone = this.#byToken.get(key);
    if (!phone && !this.#watches.has(key)) return;
    const arrival = contentOf(delivery, phone?.platform, this.clock.now());
    if (phone && !phone.online)
      phone.waiting = afterOneMore(phone.provider, phone.waiting, { arrival, expiresAt: delivery.expiresAt, id: delivery.id });
    else this.#arrive(key, phone, arrival);
  }

  /**
   * Calls the listener for every push that arrives on these phones, each named by its installation or its token; one that names no phone is
   * watched as a token of every provider. Answers a function that ends it.
   */
  watch(devices: readonly string[], listener: ArrivalListener): () => void {
    const added = devices.flatMap((device) => this.#keysOf(device).map((key) => ({ key, watch: { device, listener } })));
    for (const { key, watch } of added) this.#watchersOf(key).add(watch);
    return () => {
      for (const { key, watch } of added) this.#unwatch(key, watch);
    };
  }

  /** Takes back a message that waits for its phone. */
  withdraw(provider: SimulatedProvider, token: string, id: string): void {
    const phone = this.#byToken.get(keyOf({ provider, token }));
    if (phone) phone.waiting = phone.waiting.filter((message) => message.id !== id);
  }

  /** Empties every inbox; the phones stay. */
  clear(): void {
    for (const phone of this.#byInstallation.values()) {
      phone.inbox.clear();
      phone.waiting = [];
    }
  }

  close(): void {
    for (const { inbox } of this.#byInstallation.values()) inbox.close();
    this.#watches.clear();
  }

  #catchUp(phone: Phone): void {
    const now = this.clock.now();
    const kept = phone.waiting.filter(({ expiresAt }) => expiresAt > now);
    phone.waiting = [];
    for (const { arrival } of kept) this.#arrive(keyOf(phone), phone, { ...arrival, at: isoTime(now) });
  }

  #arrive(key: string, phone: Phone | undefined, arrival: Arrival): void {
    phone?.inbox.add(arrival);
    for (const { device, listener } of this.#watches.get(key) ?? []) listener(device, arrival);
  }

  #keysOf(device: string): string[] {
    const phone = this.#byInstallation.get(device);
    return phone ? [keyOf(phone)] : SIMULATED_PROVIDERS.map((provider) => keyOf({ provider, token: device }));
  }

  #watchersOf(key: string): Set<Watch> {
    const known = this.#watches.get(key) ?? new Set();
    this.#watches.set(key, known);
    return known;
  }

  #unwatch(key: string, watch: Watch): void {
    const watches = this.#watches.get(key);
    watches?.delete(watch);
    if (watches?.size === 0) this.#watches.delete(key);
  }
}

function keyOf({ provider, token }: { readonly provider: SimulatedProvider; readonly token: string }): string {
  return `${provider} ${tokenKey(provider, token)}`;
}
