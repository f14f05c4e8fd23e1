import type { Accounts } from './accounts/accounts.ts';
import type { Devices } from './devices/devices.ts';
import type { Platform } from './devices/register-device.ts';
import type { ConnectionFaults } from './faults/connection-faults.ts';
import type { Faults } from './faults/faults.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Listeners } from './listeners.ts';

/** Running simulators, for whoever runs them in the same process: everything that the control API offers, without HTTP. */
export abstract class SimulatorHandle {
  abstract readonly listeners: Listeners;
  /** Address of the control API, without a slash at the end. */
  abstract readonly controlUrl: string;
  abstract readonly ledger: Ledger;
  abstract readonly faults: Faults;
  abstract readonly connectionFaults: ConnectionFaults;
  /** `accounts.simulated` is what `{simulated: true}` credentials stand for. */
  abstract readonly accounts: Accounts;
  /** Announce phones here, read their inboxes and watch pushes arrive. */
  abstract readonly devices: Devices;

  /** Tells where `POST /devices` registers, when that is not known from the settings. */
  abstract usePlatform(platform: Platform): void;

  /** Ends every connection and listener, within a second. */
  abstract close(): Promise<void>;
}
