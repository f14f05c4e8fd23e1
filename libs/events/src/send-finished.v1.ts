import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** A send has its last word, with the sums that the API shows. */
export const sendFinishedV1 = defineEvent({
  type: 'send.finished.v1',
  topics: ['push.activity'],
  key: (data) => `${data.app}:${data.sendId}`,
  data: z
    .object({
      app: z.string(),
      sendId: z.string(),
      state: z.enum(['done', 'stopped', 'failed', 'no_target']),
      counts: z.object({
        targeted: z.int(),
        suppressed: z.int(),
        accepted: z.int(),
        failed: z.int(),
        possibleDuplicates: z.int(),
      }),
    })
    .meta({ id: 'SendFinished' }),
});
