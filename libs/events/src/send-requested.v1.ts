import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/**
 * An internal service asks for a send. `data` is the body of `POST …/sends` and the app; campaign checks the body with the very
 * schema of that call and answers a bad one with `request.rejected.v1`, which names every problem.
 */
export const sendRequestedV1 = defineEvent({
  type: 'send.requested.v1',
  topics: ['push.request'],
  fromOutside: true,
  key: (data) => data.app,
  data: z.looseObject({ app: z.string().min(1).max(64).meta({ description: 'The app.' }) }).meta({ id: 'SendRequested' }),
});
