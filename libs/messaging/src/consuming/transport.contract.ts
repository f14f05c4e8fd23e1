import { transportBoundsContract } from './transport-bounds.contract.ts';
import { transportEndsContract } from './transport-ends.contract.ts';
import { transportFailuresContract } from './transport-failures.contract.ts';
import { transportPositionsContract } from './transport-positions.contract.ts';
import { transportSharingContract } from './transport-sharing.contract.ts';
import type { TransportBench } from '../../test/consuming/transport-trial.ts';

/** Every transport must pass this. `open` gives empty data of its own. */
export function transportContract(adapter: string, open: () => Promise<TransportBench>): void {
  transportSharingContract(adapter, open);
  transportFailuresContract(adapter, open);
  transportBoundsContract(adapter, open);
  transportEndsContract(adapter, open);
  transportPositionsContract(adapter, open);
}
