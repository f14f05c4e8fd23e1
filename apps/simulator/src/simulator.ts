import { join } from 'node:path';
import type { Clock } from '#libs/kernel';
import { simulatedAccounts } from './accounts/account-file.ts';
import { Accounts } from './accounts/accounts.ts';
import { ControlServer } from './control/control-server.ts';
import { Devices } from './devices/devices.ts';
import { DeviceRegistration, type Platform } from './devices/register-device.ts';
import { Endpoints } from './endpoints.ts';
import { ConnectionFaults } from './faults/connection-faults.ts';
import { Faults } from './faults/faults.ts';
import { Ledger } from './ledger/ledger.ts';
import { TokenOwners } from './ledger/token-owners.ts';
import { RealBrowsers } from './webpush/real-browsers.ts';
import type { Listeners } from './listeners.ts';
import type { SimulatorSettings } from './settings.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { SimulatorHandle } from './simulator-handle.ts';
import { serverIdentity } from './tls/test-authority.ts';

/** Wire-level simulators of all providers with their control API; no framework needed. */
export class Simulator extends SimulatorHandle {
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly connectionFaults: ConnectionFaults;
  readonly accounts: Accounts;
  readonly devices: Devices;

  private constructor(
    world: SimulatedWorld,
    private readonly endpoints: Endpoints,
    private readonly control: ControlServer,
    private readonly registration: DeviceRegistration,
    readonly listeners: Listeners,
  ) {
    super();
    this.ledger = world.ledger;
    this.faults = world.faults;
    this.connectionFaults = world.connectionFaults;
    this.accounts = world.accounts;
    this.devices = world.devices;
  }

  /** `settings` are those of settings.ts, parsed. Throws PortTaken. */
  static async start(settings: SimulatorSettings, { clock }: { readonly clock: Clock }): Promise<Simulator> {
    const folder = join(settings.SIMULATOR_DATA ?? settings.CARILLON_DATA, 'simulator');
    const [identity, accounts] = await Promise.all([serverIdentity(folder, settings.SIMULATOR_ADVERTISED_HOST), simulatedAccounts(folder)]);
    const world = worldOf(settings, clock, new Accounts(accounts));
    const endpoints = await Endpoints.open(settings, identity, world);
    const { listeners, credentials } = endpoints;
    const registration = new DeviceRegistration(world.devices, world.faults, platformOf(settings));
    const { SIMULATOR_CONTROL_HOST: host, SIMULATOR_CONTROL_PORT: port, SIMULATOR_ADVERTISED_HOST: advertised } = settings;
    const { SIMULATOR_CONTROL_HOSTS: hosts } = settings;
    try {
      const control = await ControlServer.open({
        host,
        port,
        hosts,
        listeners,
        world,
        registration,
        credentials,
        showsAccounts: advertised !== undefined,
      });
      return new Simulator(world, endpoints, control, registration, listeners);
    } catch (error) {
      await endpoints.close();
      throw error;
    }
  }

  get controlUrl(): string {
    return this.control.url;
  }

  usePlatform(platform: Platform): void {
    this.registration.platform = platform;
  }

  async close(): Promise<void> {
    this.devices.close();
    await Promise.all([this.control.close(), this.endpoints.close()]);
  }
}

function worldOf(settings: SimulatorSettings, clock: Clock, accounts: Accounts): SimulatedWorld {
  return {
    clock,
    accounts,
    faults: new Faults(),
    connectionFaults: new ConnectionFaults(),
    ledger: new Ledger(clock, settings.SIMULATOR_LEDGER_RECORDS),
    owners: new TokenOwners(),
    browsers: new RealBrowsers(),
    devices: new Devices(clock),
    latencyMs: settings.SIMULATOR_LATENCY_MS,
  };
}

function platformOf({ CARILLON_URL: url, CARILLON_ADMIN_KEY: adminKey }: SimulatorSettings): Platform | undefined {
  return adminKey === undefined || url === undefined ? undefined : { url, adminKey };
}
