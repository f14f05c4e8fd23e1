import { pageOf } from '#libs/api';
import { isoTime, isoTimeOrNull } from '#libs/kernel';
import { z } from 'zod';
import { DELIVERY_STATES, typeWithoutVersion, type Delivery, type Webhook } from './webhook.ts';
import { TYPE_PATTERNS } from './webhook-types.ts';

const instant = z.iso.datetime();

const example = { url: 'https://example.com/carillon', types: ['message.failed', 'installation.*'], description: 'CRM', enabled: true };
const MAX_BATCH = 100;

/** What an owner writes. Whether the URL may be called is looked at by OutboundRules. */
export const webhookBody = z
  .strictObject({
    url: z
      .string()
      .max(2_048)
      .refine((text) => URL.canParse(text), 'Must be a URL')
      .meta({ description: 'Of https, with a public address', example: example.url }),
    types: z
      .array(z.enum(TYPE_PATTERNS))
      .min(1)
      .max(50)
      .meta({ description: 'Types of facts; `installation.*` is all of installations, `*` is all' }),
    description: z.string().max(1_000).nullable().default(null),
    batch: z
      .strictObject({ max: z.int().min(1).max(MAX_BATCH).default(MAX_BATCH) })
      .nullable()
      .default(null)
      .meta({ description: 'Up to `max` facts a request, as a list; null: each in a request of its own' }),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'WebhookInput', examples: [example] });

export const webhookName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'Lower-case letters, digits, - and _, up to 63')
  .meta({ description: 'A name of your choice', example: 'crm' });

export const webhookExample = {
  ...{ name: 'crm', ...example, batch: null, disabledFor: null, since: '2026-01-01T12:00:00.000Z' },
  ...{ secretsValidUntil: [null], createdAt: '2026-01-01T12:00:00.000Z', updatedAt: '2026-01-01T12:00:00.000Z' },
};

const recordFields = {
  name: z.string(),
  url: z.string(),
  types: z.array(z.string()),
  description: z.string().nullable(),
  batch: z.object({ max: z.int() }).nullable(),
  enabled: z.boolean(),
  disabledFor: z
    .enum(['failing', 'gone'])
    .nullable()
    .meta({ description: 'Why we disabled it: three days without a 2xx, or a 410. `enabled: true` enables it again.' }),
  since: instant.meta({ description: 'When it came to be enabled or disabled' }),
  secretsValidUntil: z
    .array(instant.nullable())
    .meta({ description: 'Of each secret that signs, the newest first; null: until it is replaced' }),
  createdAt: instant,
  updatedAt: instant,
};

export const webhookRecord = z.object(recordFields).meta({ id: 'Webhook', examples: [webhookExample] });
export const webhookPage = pageOf(webhookRecord).meta({ id: 'WebhookPage', examples: [{ items: [webhookExample], cursor: null }] });

export const secretExample = { ...webhookExample, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
export const webhookWithSecret = z
  .object({ ...recordFields, secret: z.string().meta({ description: 'By which the receiver knows our signatures. Shown this once.' }) })
  .meta({ id: 'WebhookWithSecret', examples: [secretExample] });

export type WebhookRecord = z.output<typeof webhookRecord>;

export function webhookRecordOf({ name, url, types, description, batch, enabled, disabledFor, ...webhook }: Webhook): WebhookRecord {
  return {
    ...{ name, url, types: [...types], description, batch, enabled, disabledFor },
    since: isoTime(webhook.since),
    secretsValidUntil: webhook.secrets.map(({ validUntil }) => isoTimeOrNull(validUntil)),
    createdAt: isoTime(webhook.createdAt),
    updatedAt: isoTime(webhook.updatedAt),
  };
}

export const deliveryExample = {
  ...{ id: '5b0c1a5e-7a2b-5b44-9a43-2cf0a7b8c1d2', type: 'send.finished', state: 'pending', attempts: 1 },
  ...{ createdAt: '2026-01-01T12:00:00.000Z', attemptedAt: '2026-01-01T12:00:01.000Z', nextAttemptAt: '2026-01-01T12:00:06.000Z' },
  ...{ status: 503, error: 'answered 503' },
};

export const deliveryRecord = z
  .object({
    id: z.string().meta({ description: 'The `webhook-id` of every attempt; in batches that is of the batch' }),
    type: z.string(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    createdAt: instant,
    attemptedAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    status: z.int().nullable().meta({ description: 'Of the last answer; null where none came' }),
    error: z.string().nullable().meta({ description: 'Why the last attempt failed' }),
  })
  .meta({ id: 'WebhookDelivery', examples: [deliveryExample] });
export const deliveryPage = pageOf(deliveryRecord).meta({ id: 'WebhookDeliveryPage' });

export type DeliveryRecord = z.output<typeof deliveryRecord>;

export function deliveryRecordOf({ id, type, state, attempts, createdAt, attemptedAt, dueAt, status, error }: Delivery): DeliveryRecord {
  return {
    ...{ id, type: typeWithoutVersion(type), state, attempts, createdAt: isoTime(createdAt) },
    attemptedAt: isoTimeOrNull(attemptedAt),
    nextAttemptAt: isoTimeOrNull(dueAt),
    ...{ status, error },
  };
}
