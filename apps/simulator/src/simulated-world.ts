import type { Clock } from '#libs/kernel';
import type { Accounts } from './accounts/accounts.ts';
import type { Devices } from './devices/devices.ts';
import type { ConnectionFaults } from './faults/connection-faults.ts';
import type { Faults } from './faults/faults.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { TokenOwners } from './ledger/token-owners.ts';
import type { RealBrowsers } from './webpush/real-browsers.ts';

/** What all simulated providers share. */
export interface SimulatedWorld {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly connectionFaults: ConnectionFaults;
  readonly ledger: Ledger;
  readonly owners: TokenOwners;
  readonly devices: Devices;
  readonly browsers: RealBrowsers;
  /** Every answer is this late. */
  readonly latencyMs: number;
}
