import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { dispatchTopic, dispatchTopics } from './dispatch-topics.ts';
import { appField, attemptIdField, batchIdField, laneField, providerField, sendIdField } from './fields.ts';

/** A batch is to be sent, or tried again (`attemptId` names the attempt). Ids only: the dispatcher reads the rest when it sends. */
export const batchPlannedV1 = defineEvent({
  type: 'batch.planned.v1',
  topics: dispatchTopics,
  topic: (data) => dispatchTopic(data.provider, data.lane),
  key: (data) => data.batchId,
  data: z
    .object({
      app: appField,
      sendId: sendIdField,
      batchId: batchIdField,
      attemptId: attemptIdField,
      provider: providerField,
      lane: laneField,
    })
    .meta({ id: 'BatchPlanned' }),
});
