import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, sendIdField } from './fields.ts';

/** A slice of a send is to be planned, from wherever its pages end. */
export const sliceOpenedV1 = defineEvent({
  type: 'slice.opened.v1',
  topics: ['push.plan'],
  key: (data) => `${data.sendId}:${data.slice}`,
  data: z
    .object({ app: appField, sendId: sendIdField, slice: z.int().min(0).meta({ description: 'The slice, from 0.' }) })
    .meta({ id: 'SliceOpened' }),
});
