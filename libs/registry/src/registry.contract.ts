import { identityContract } from './identity.contract.ts';
import { type OpenRegistry } from './opened-registry.contract.ts';
import { registrationContract } from './registration.contract.ts';
import { tokenLossContract } from './token-loss.contract.ts';

/** The operations' rules, over whatever storage is opened. */
export function registryContract(adapter: string, open: OpenRegistry) {
  registrationContract(adapter, open);
  identityContract(adapter, open);
  tokenLossContract(adapter, open);
}
