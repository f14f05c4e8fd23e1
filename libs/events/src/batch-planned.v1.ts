import { LANES, PROVIDERS } from '#libs/kernel';
import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { dispatchTopic, dispatchTopics } from './dispatch-topics.ts';

/** A batch is to be sent, or tried again (`attemptId` names the attempt). Ids only: the dispatcher reads the rest when it sends. */
export const batchPlannedV1 = defineEvent({
  type: 'batch.planned.v1',
  topics: dispatchTopics,
  topic: (data) => dispatchTopic(data.provider, data.lane),
  key: (data) => data.batchId,
  data: z
    .object({
      app: z.string(),
      sendId: z.string(),
      batchId: z.string(),
      attemptId: z.string(),
      provider: z.enum(PROVIDERS),
      lane: z.enum(LANES),
    })
    .meta({ id: 'BatchPlanned' }),
});
