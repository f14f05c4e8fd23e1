import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, batchIdField, sendIdField } from './fields.ts';

/** Every message of a batch has its last word. */
export const batchSettledV1 = defineEvent({
  type: 'batch.settled.v1',
  topics: ['push.settled'],
  key: (data) => data.sendId,
  data: z.object({ app: appField, sendId: sendIdField, batchId: batchIdField }).meta({ id: 'BatchSettled' }),
});
