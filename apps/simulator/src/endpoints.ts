import type { Listeners } from './listeners.ts';
import type { OpenedSimulator, ProviderSimulator, SimulatorGround } from './provider-simulator.ts';
import type { SimulatorSettings } from './settings.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { SIMULATED_PROVIDERS } from './simulated-provider.ts';
import { SIMULATORS } from './simulators.ts';
import type { ServerIdentity } from './tls/test-authority.ts';

/** The open ports of all simulated providers. */
export class Endpoints {
  readonly #opened: { close(): Promise<void> }[] = [];
  readonly #simulators = new Map<string, OpenedSimulator>();

  private constructor() {
    // made by `open` only
  }

  /** Opens all of them or none. Throws PortTaken. */
  static async open(settings: SimulatorSettings, identity: ServerIdentity, world: SimulatedWorld): Promise<Endpoints> {
    const endpoints = new Endpoints();
    try {
      await endpoints.#openAll(settings, identity, world);
      return endpoints;
    } catch (error) {
      await endpoints.close();
      throw error;
    }
  }

  get listeners(): Listeners {
    return Object.fromEntries([...this.#simulators].map(([provider, { listener }]) => [provider, listener])) as unknown as Listeners;
  }

  /** Fields of a credential that each accepts, as the platform takes them. */
  get credentials(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#simulators].map(([provider, { credential }]) => [provider, credential]));
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((port) => port.close()));
  }

  async #openAll(settings: SimulatorSettings, identity: ServerIdentity, world: SimulatedWorld): Promise<void> {
    const host = settings.SIMULATOR_HOST;
    const ground: SimulatorGround = {
      world,
      identity,
      host,
      reachable: settings.SIMULATOR_ADVERTISED_HOST ?? (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host),
      keep: async (opening) => {
        const port = await opening;
        this.#opened.push(port);
        return port;
      },
    };
    for (const provider of SIMULATED_PROVIDERS) {
      const simulator: ProviderSimulator = SIMULATORS[provider];
      this.#simulators.set(provider, await simulator.open(settings, ground));
    }
  }
}
