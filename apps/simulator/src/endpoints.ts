import { openApns } from './apns/apns-endpoint.ts';
import type { ProviderTokens } from './apns/provider-tokens.ts';
import { openFcm } from './fcm/fcm-endpoint.ts';
import { tokenPath } from './fcm/fcm-service.ts';
import { Quota } from './fcm/quota.ts';
import type { Listeners } from './listeners.ts';
import type { SimulatorSettings } from './settings.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import type { ServerIdentity } from './tls/test-authority.ts';
import type { SecureListener } from './wire/secure-listener.ts';

/** The open ports of all simulated providers. */
export class Endpoints {
  readonly #opened: SecureListener[] = [];

  private constructor() {
    // made by `open` only
  }

  /** Opens all of them or none. Throws PortTaken. */
  static async open(
    settings: SimulatorSettings,
    identity: ServerIdentity,
    world: SimulatedWorld,
    tokens: ProviderTokens,
  ): Promise<{ readonly endpoints: Endpoints; readonly listeners: Listeners }> {
    const endpoints = new Endpoints();
    try {
      return { endpoints, listeners: await endpoints.#openAll(settings, identity, world, tokens) };
    } catch (error) {
      await endpoints.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((listener) => listener.close()));
  }

  async #openAll(settings: SimulatorSettings, identity: ServerIdentity, world: SimulatedWorld, tokens: ProviderTokens): Promise<Listeners> {
    const host = settings.SIMULATOR_HOST;
    const production = await this.#openApns('production', 'SIMULATOR_APNS_PORT', settings, identity, world, tokens);
    const sandbox = await this.#openApns('sandbox', 'SIMULATOR_APNS_SANDBOX_PORT', settings, identity, world, tokens);
    const fcm = await this.#keep(
      openFcm(
        { identity, host, port: settings.SIMULATOR_FCM_PORT, portSetting: 'SIMULATOR_FCM_PORT', streams: settings.SIMULATOR_FCM_STREAMS },
        world,
        new Quota(
          world.clock,
          settings.SIMULATOR_FCM_PROJECT_PER_MINUTE,
          settings.SIMULATOR_FCM_DEVICE_PER_MINUTE,
          settings.SIMULATOR_FCM_COLLAPSIBLE_BURST,
        ),
      ),
    );
    const { ca } = identity;
    const reachable = settings.SIMULATOR_ADVERTISED_HOST ?? (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);
    return {
      apns: { host: reachable, port: production.port, ca, sandbox: { host: reachable, port: sandbox.port } },
      fcm: { host: reachable, port: fcm.port, ca, tokenUrl: `https://${reachable}:${fcm.port}${tokenPath}` },
    };
  }

  #openApns(
    environment: 'production' | 'sandbox',
    portSetting: 'SIMULATOR_APNS_PORT' | 'SIMULATOR_APNS_SANDBOX_PORT',
    settings: SimulatorSettings,
    identity: ServerIdentity,
    world: SimulatedWorld,
    tokens: ProviderTokens,
  ): Promise<SecureListener> {
    const { SIMULATOR_HOST: host, SIMULATOR_APNS_STREAMS: streams } = settings;
    return this.#keep(openApns({ environment, identity, host, port: settings[portSetting], portSetting, streams }, world, tokens));
  }

  async #keep(opening: Promise<SecureListener>): Promise<SecureListener> {
    const listener = await opening;
    this.#opened.push(listener);
    return listener;
  }
}
