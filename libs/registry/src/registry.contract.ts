import type { OpenRegistry } from './opened-registry.contract.ts';
import { anonymousAndKnownContract } from './operations/anonymous-and-known.contract.ts';
import { changeUserContract } from './operations/change-user.contract.ts';
import { installationRecordContract } from './operations/installation-record.contract.ts';
import { mergeContract } from './operations/merge.contract.ts';
import { oneOwnerPerTokenContract } from './operations/one-owner-per-token.contract.ts';
import { subscriptionContract } from './operations/subscription.contract.ts';
import { tokenLossContract } from './operations/token-loss.contract.ts';
import { tokensContract } from './operations/tokens.contract.ts';

/** The operations' rules, over whatever storage is opened. */
export function registryContract(adapter: string, open: OpenRegistry, interleavings: number) {
  anonymousAndKnownContract(adapter, open);
  changeUserContract(adapter, open);
  installationRecordContract(adapter, open);
  mergeContract(adapter, open);
  oneOwnerPerTokenContract(adapter, open, interleavings);
  subscriptionContract(adapter, open);
  tokenLossContract(adapter, open);
  tokensContract(adapter, open);
}
