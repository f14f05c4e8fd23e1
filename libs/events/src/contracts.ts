import type { EventContract } from './define-event.ts';
import { batchAttemptedV1 } from './batch-attempted.v1.ts';
import { batchPlannedV1 } from './batch-planned.v1.ts';
import { batchSettledV1 } from './batch-settled.v1.ts';
import { campaignTriggeredV1 } from './campaign-triggered.v1.ts';
import { eventTrackedV1 } from './event-tracked.v1.ts';
import { importFinishedV1 } from './import-finished.v1.ts';
import { installationPermissionChangedV1 } from './installation-permission-changed.v1.ts';
import { installationRegisteredV1 } from './installation-registered.v1.ts';
import { installationRemovedV1 } from './installation-removed.v1.ts';
import { installationTokenChangedV1 } from './installation-token-changed.v1.ts';
import { installationTokenClaimedV1 } from './installation-token-claimed.v1.ts';
import { installationUserChangedV1 } from './installation-user-changed.v1.ts';
import { messageConvertedV1 } from './message-converted.v1.ts';
import { messagesEndedV1 } from './messages-ended.v1.ts';
import { receiptReportedV1 } from './receipt-reported.v1.ts';
import { receiptsReportedV1 } from './receipts-reported.v1.ts';
import { requestRejectedV1 } from './request-rejected.v1.ts';
import { sendCreatedV1 } from './send-created.v1.ts';
import { sendFinishedV1 } from './send-finished.v1.ts';
import { sendForgottenV1 } from './send-forgotten.v1.ts';
import { sendRequestedV1 } from './send-requested.v1.ts';
import { sliceOpenedV1 } from './slice-opened.v1.ts';
import { tokenRemovedV1 } from './token-removed.v1.ts';
import { userAttributesChangedV1 } from './user-attributes-changed.v1.ts';
import { userErasedV1 } from './user-erased.v1.ts';
import { userMergedV1 } from './user-merged.v1.ts';
import { userSubscriptionChangedV1 } from './user-subscription-changed.v1.ts';
import { userUpdatedV1 } from './user-updated.v1.ts';

/** Every event that Carillon speaks or understands; documents, schemas and samples are checked against this list. */
export const contracts: readonly EventContract[] = [
  batchAttemptedV1,
  batchPlannedV1,
  batchSettledV1,
  campaignTriggeredV1,
  eventTrackedV1,
  importFinishedV1,
  installationPermissionChangedV1,
  installationRegisteredV1,
  installationRemovedV1,
  installationTokenChangedV1,
  installationTokenClaimedV1,
  installationUserChangedV1,
  messageConvertedV1,
  messagesEndedV1,
  receiptReportedV1,
  receiptsReportedV1,
  requestRejectedV1,
  sendCreatedV1,
  sendFinishedV1,
  sendForgottenV1,
  sendRequestedV1,
  sliceOpenedV1,
  tokenRemovedV1,
  userAttributesChangedV1,
  userErasedV1,
  userMergedV1,
  userSubscriptionChangedV1,
  userUpdatedV1,
];
