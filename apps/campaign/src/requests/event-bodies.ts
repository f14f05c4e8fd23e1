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
        .optional()
        .meta({ description: 'Why it is rejected; absent where the answer has no room for it.' }),
    }),
  )
  .meta({ id: 'EventVerdicts' });

export const verdictExample = [{ id: 'order-17', status: 'accepted' }];

/** Events are read by their headers too, so the schema takes everything; the ones below are for the documentation. */
export const anyEvents = z.unknown();

const exampleData = { app: 'demo', to: { users: ['4711'] }, message: { title: 'Your parcel is on its way' } };
const exampleEvent = { specversion: '1.0', id: 'order-17', source: '/shop/orders', type: 'send.requested.v1', data: exampleData };

export const structuredEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    time: z.iso.datetime({ offset: true }).exactOptional(),
    datacontenttype: z.string().exactOptional(),
    data: z.record(z.string(), z.unknown()).exactOptional(),
    data_base64: z.string().exactOptional(),
  })
  .meta({ id: 'CloudEvent', description: 'Structured mode; extensions are taken.', examples: [exampleEvent] });

export const batchOfEvents = z.array(structuredEvent).meta({ id: 'CloudEventBatch', examples: [[exampleEvent]] });

export const dataOfEvent = z
  .record(z.string(), z.unknown())
  .meta({ id: 'EventData', description: 'Binary mode: `ce-` headers hold the rest of the event.', examples: [exampleData] });
