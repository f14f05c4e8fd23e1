import { z } from 'zod';
import { defineEvent } from './define-event.ts';

const maxProperties = 8_192;

/** A user did something that campaigns and audiences may ask for, such as placing an order. When it happened is the `time` of the envelope. */
export const eventTrackedV1 = defineEvent({
  type: 'event.tracked.v1',
  topics: ['push.track'],
  fromOutside: true,
  key: (data) => `${data.app}:${data.externalId}`,
  data: z
    .object({
      app: z.string().min(1).max(64).meta({ description: 'The app.' }),
      externalId: z.string().min(1).max(256).meta({ description: 'The id your systems know the user by.' }),
      name: z.string().min(1).max(128).meta({ description: 'What happened, such as `order_placed`.' }),
      properties: z
        .record(z.string(), z.unknown())
        .refine((properties) => JSON.stringify(properties).length <= maxProperties, `Must be at most ${maxProperties} characters of JSON`)
        .default({})
        .meta({ description: 'What is to be known of it; texts call it `event.properties`.' }),
    })
    .meta({ id: 'EventTracked' }),
});
