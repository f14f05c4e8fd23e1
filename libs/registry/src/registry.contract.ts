import { aliasRepositoryContract } from './alias/alias.repository.contract.ts';
import { frequencyMarksContract } from './frequency/frequency-marks.contract.ts';
import { behaviourContract } from './behaviour/behaviour.repository.contract.ts';
import { engagementContract } from './engagement/engagement.repository.contract.ts';
import { anonymousAndKnownContract } from './installation/anonymous-and-known.contract.ts';
import { changeUserContract } from './installation/change-user.contract.ts';
import { installationRecordContract } from './installation/installation-record.contract.ts';
import { retirementContract } from './installation/retirement.contract.ts';
import { erasureContract } from './erasure/erasure.contract.ts';
import { operationRepositoryContract } from './operation/operation.repository.contract.ts';
import type { OpenRegistry } from './opened-registry.contract.ts';
import { oneOwnerPerTokenContract } from './token/one-owner-per-token.contract.ts';
import { droppedMessagesContract } from './token/dropped-messages.contract.ts';
import { tokenLossContract } from './token/token-loss.contract.ts';
import { tokensContract } from './token/tokens.contract.ts';
import { mergeContract } from './user/merge.contract.ts';
import { userOperationsContract } from './user/user-operations.contract.ts';
import { subscriptionContract } from './user/subscription.contract.ts';

/** The operations' rules, over whatever storage is opened. */
export function registryContract(adapter: string, open: OpenRegistry, interleavings: number) {
  anonymousAndKnownContract(adapter, open);
  changeUserContract(adapter, open);
  installationRecordContract(adapter, open);
  retirementContract(adapter, open);
  mergeContract(adapter, open);
  userOperationsContract(adapter, open);
  aliasRepositoryContract(adapter, open);
  behaviourContract(adapter, open);
  engagementContract(adapter, open);
  frequencyMarksContract(adapter, open);
  operationRepositoryContract(adapter, open);
  erasureContract(adapter, open);
  oneOwnerPerTokenContract(adapter, open, interleavings);
  subscriptionContract(adapter, open);
  tokenLossContract(adapter, open);
  droppedMessagesContract(adapter, open);
  tokensContract(adapter, open);
}
