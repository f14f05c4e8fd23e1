import { instantText, pathId } from '#libs/api';
import { parseDuration } from '#libs/kernel';
import { z } from 'zod';
import { conversionBody } from './conversion-body.ts';
import { messageBody } from './message-body.ts';
import { targetBody, variablesBody } from './target-body.ts';

const maxTtlSeconds = 604_800;
/** APNs takes at most 64 bytes (apns-collapse-id). */
const maxCollapseId = 64;
const maxMetadata = 50;
export const maxCancelKey = 128;

export const ratePerMinute = z.int().min(10).max(10_000_000).meta({
  description: 'So many messages go in any minute, to a twentieth, over all providers; as many as there are unless said.',
});

const maxWaitMs = 7 * 86_400_000;

const rampStep = z
  .strictObject({
    percent: z.number().min(0.01).max(99.99).multipleOf(0.01).meta({ description: 'Of all installations, with the steps before' }),
    wait: z
      .string()
      .refine((text) => (parseDuration(text) ?? Infinity) <= maxWaitMs, 'Must be an ISO 8601 duration of at most 7 days, such as PT10M')
      .meta({ description: 'Until the next step, once this one is planned' }),
    stopIf: z
      .strictObject({ failedPercent: z.number().min(0.01).max(100) })
      .exactOptional()
      .meta({
        description:
          'Then the send is stopped in the place of the next step, `ramp_failed`: so many of the messages with a last word had failed',
      }),
  })
  .meta({ id: 'RampStep' });

export const rampBody = z
  .array(rampStep)
  .min(1)
  .max(10)
  .refine(
    (steps) => steps.every(({ percent }, at) => percent > (steps[at - 1]?.percent ?? 0)),
    'Each percent must be more than the one before',
  )
  .meta({
    description: 'Shares that have it before the rest; who is in which follows from a hash',
    examples: [[{ percent: 1, wait: 'PT10M', stopIf: { failedPercent: 5 } }]],
  });

const optionFields = z.strictObject({
  purpose: z.enum(['marketing', 'transactional']).default('marketing'),
  ttl: z.int().min(0).max(maxTtlSeconds).exactOptional().meta({
    description:
      'Seconds from acceptance; 259,200 for marketing and 3,600 for transactional sends unless said. 0 is now or never: it is sent within a minute, and no provider keeps it for a phone that is off.',
  }),
  subscription: z.enum(['subscribed', 'opted_in', 'all']).default('subscribed'),
  collapseId: z
    .string()
    .min(1)
    .refine((id) => Buffer.byteLength(id) <= maxCollapseId, `Must be at most ${maxCollapseId} bytes`)
    .exactOptional(),
  priority: z
    .enum(['high', 'normal', 'low'])
    .exactOptional()
    .meta({ description: 'high for transactional, normal for marketing, low for silent sends unless said.' }),
  maxRecipients: z.int().min(1).exactOptional(),
  dryRun: z.boolean().default(false),
  ratePerMinute: ratePerMinute.exactOptional(),
  ramp: rampBody.exactOptional(),
  validateOnly: z.boolean().exactOptional().meta({
    description:
      'FCM and HMS look at every message, its token included, and deliver none; other providers cannot, and their installations are suppressed as `validation_unavailable`. A `dryRun` asks no provider.',
  }),
  sendAt: instantText.exactOptional().meta({
    description:
      'When it goes out, within a year; `ttl` begins then. One of the last 24 hours is at once. Whom it reaches is looked up when it goes.',
  }),
  cancelKey: z.string().min(1).max(maxCancelKey).exactOptional().meta({
    description: 'A name of yours under which `POST …/sends/cancel` stops it, and whatever else comes under it within 24 hours.',
  }),
});

const optionsBody = optionFields
  .refine(({ purpose, subscription }) => subscription !== 'all' || purpose === 'transactional', {
    path: ['subscription'],
    message: 'Only a transactional send reaches those who unsubscribed',
  })
  .meta({ id: 'SendOptions', examples: [{ purpose: 'transactional', ttl: 30, priority: 'high' }] });

/** Options as they were written: what is absent takes its default when a send is made. */
export const writtenOptions = optionFields.partial().meta({ id: 'WrittenOptions' });

export const metadataBody = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((metadata) => Object.keys(metadata).length <= maxMetadata, `Must be at most ${maxMetadata} keys`)
  .meta({ id: 'Metadata', examples: [{ orderId: 'A-17' }] });

/** A send with its message. */
export const sendBody = z.strictObject({
  to: targetBody,
  message: messageBody,
  variables: variablesBody.default({}),
  options: optionsBody.default({ purpose: 'marketing', subscription: 'subscribed', dryRun: false }),
  metadata: metadataBody.default({}),
  conversion: conversionBody.exactOptional().meta({ description: 'The event of a user that the messages are for.' }),
});

/** The body of `POST …/sends`, and with `app` the data of `send.requested.v1`: with a message, or the name of a template. */
export const writtenSendBody = sendBody
  .extend({
    message: messageBody.exactOptional(),
    template: pathId.exactOptional().meta({ description: 'The name of a template, in the place of `message`.' }),
  })
  .meta({
    id: 'SendRequest',
    examples: [
      {
        to: { users: ['4711', { externalId: '4712', variables: { code: '88' } }] },
        message: { title: 'Your code is {{variables.code}}' },
        variables: { code: '1234' },
        options: { purpose: 'transactional', ttl: 30, subscription: 'all', collapseId: 'otp', priority: 'high', maxRecipients: 5 },
        metadata: { orderId: 'A-17' },
      },
    ],
  });

export type OptionsBody = z.output<typeof optionsBody>;
