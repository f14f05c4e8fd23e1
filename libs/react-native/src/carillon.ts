import { Installation, carillonPartOf, receiptsOf, report, type Device, type Settings } from '../../device/src/index.ts';
import type { NativeBridge, Permission, PushEvent } from './bridge.ts';
import { NativeStore } from './native-store.ts';

/** A push of Carillon, for the app. */
export interface Message extends Omit<PushEvent, 'at'> {
  /** Where a tap leads. */
  readonly link?: string;
}

export interface NativeSurroundings {
  readonly bridge: NativeBridge;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

/** One phone or tablet of one app. */
export class Carillon extends Installation {
  readonly #listeners = new Set<(message: Message) => void>();
  readonly #device: Device;
  readonly #bridge: NativeBridge;
  readonly #stops: readonly (() => void)[];

  constructor(settings: Settings, { bridge, fetch, now }: NativeSurroundings) {
    const device = deviceOf(bridge, fetch, now);
    super(settings, device);
    this.#device = device;
    this.#bridge = bridge;
    this.#stops = [
      bridge.onToken(() => {
        // A device that nobody has registered yet stays so: `start` tells nothing of it.
        this.start().catch(() => undefined); // the next start says it again
      }),
      bridge.onPush((event) => {
        void this.#take(event);
      }),
    ];
  }

  permission(): Promise<Permission> {
    return this.#bridge.permission();
  }

  /** Shows the system's dialog where the person was not asked yet, and registers with what they said. */
  async requestPermission(): Promise<Permission> {
    if ((await this.permission()) === 'not_asked') await this.#bridge.requestPermission();
    await this.register();
    return this.permission();
  }

  /** Calls back with each push of Carillon and what happened to it; gives back the way to stop that. */
  onMessage(listener: (message: Message) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Stops listening to the native side. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#listeners.clear();
  }

  async #take({ at, ...event }: PushEvent): Promise<void> {
    const part = carillonPartOf(event.payload);
    if (!part) return; // somebody else's
    for (const listener of this.#listeners) listener({ ...event, ...(part.link !== undefined && { link: part.link }) });
    await report(this.#device, receiptsOf(part, event.kind, at ?? this.#device.now(), event.action)).catch(() => false); // storage that fails holds up no app
  }
}

function deviceOf(bridge: NativeBridge, fetch: typeof globalThis.fetch, now: () => number): Device {
  return {
    store: new NativeStore(bridge),
    fetch,
    now,
    newId: () => bridge.newId(),
    facts: async () => {
      const [facts, permission] = await Promise.all([bridge.facts(), bridge.permission()]);
      // Where the device may show nothing, a token would be rung for nothing (R16).
      const token = permission === 'granted' || permission === 'provisional' ? await bridge.token() : null;
      return { said: { ...facts, permission, ...(token !== null && { token }) } };
    },
  };
}
