import { z } from 'zod';
import { sendWarning } from '../send/send-warnings.ts';

/** What became of each event, in order. */
export const verdicts = z
  .array(
    z.object({
      id: z.string().nullable(),
      status: z.enum(['accepted', 'duplicate', 'rejected']),
      warnings: z.array(sendWarning).optional().meta({ description: 'Fields of the message that some provider has no place for.' }),
      problem: z
        .object({
          code: z.string(),
          detail: z.string(),
          errors: z.array(z.object({ pointer: z.string(), message: z.string(), position: z.int().optional() })),
          more: z.int().optional().meta({ description: 'Further problems that the answer has no room for.' }),
        })
        .optional(),
    }),
  )
  .meta({ id: 'EventVerdicts' });

export const verdictExample = [{ id: 'order-17', status: 'accepted' }];

/** Events are read by their headers too, so the schema takes everything. */
export const anyEvents = z.unknown().meta({
  description: 'A CloudEvent in structured or binary mode, or a batch of them, as the content type says.',
  examples: [
    {
      specversion: '1.0',
      id: 'order-17',
      source: '/shop/orders',
      type: 'send.requested.v1',
      data: { app: 'demo', to: { users: ['4711'] }, message: { title: 'Your parcel is on its way' } },
    },
  ],
});
