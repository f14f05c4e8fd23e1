import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** Every message of a batch has its last word. */
export const batchSettledV1 = defineEvent({
  type: 'batch.settled.v1',
  topics: ['push.settled'],
  key: (data) => data.sendId,
  data: z.object({ app: z.string(), sendId: z.string(), batchId: z.string() }).meta({ id: 'BatchSettled' }),
});
