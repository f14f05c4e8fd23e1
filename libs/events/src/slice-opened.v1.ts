import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** A slice of a send is to be planned, from wherever its pages end. */
export const sliceOpenedV1 = defineEvent({
  type: 'slice.opened.v1',
  topics: ['push.plan'],
  key: (data) => `${data.sendId}:${data.slice}`,
  data: z.object({ app: z.string(), sendId: z.string(), slice: z.int().min(0) }).meta({ id: 'SliceOpened' }),
});
