import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, sendIdField } from './fields.ts';

/** The time of keeping a send's messages is over: whoever holds something of each of them lets it go. Its sums remain. */
export const sendForgottenV1 = defineEvent({
  type: 'send.forgotten.v1',
  topics: ['push.settled'],
  isFact: true,
  key: (data) => `${data.app}:${data.sendId}`,
  data: z.object({ app: appField, sendId: sendIdField }).meta({ id: 'SendForgotten' }),
});
