import { days, whole } from '#libs/service';
import { z } from 'zod';
import { isOutboundPart } from './webhooks/outbound-address.ts';

const outboundAllow = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.every(isOutboundPart), { message: 'must be host names, addresses and networks with commas between' });

const filesPlace = z
  .string()
  .default('')
  .refine((text) => text === '' || text.startsWith('/') || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w.-]+)*\/?$/.test(text), {
    message: 'must be an absolute path, or s3://bucket/prefix',
  });

export const feedbackSettings = z.object({
  OUTBOUND_ALLOW: outboundAllow.meta({
    description:
      'Host names, addresses and networks (`10.1.0.0/16`), with commas between, that webhooks may have although they are private; they may be of http, too. Unset: none.',
  }),
  SEND_RETENTION_DAYS: days.default(30).meta({
    description: 'Days after its end that the messages of a send can be explained; then only its sums are kept. May be a fraction.',
  }),
  ACTIVITY_RETENTION_DAYS: whole(1, 365).default(7).meta({
    description:
      'Days that facts can be read with `GET …/activity` in the distributed runtime; the embedded log keeps them for `LOG_RETENTION_DAYS`.',
  }),
  ACTIVITY_FILES: filesPlace.meta({
    description: 'Where the facts of each hour are put as a file: a folder, by its absolute path, or `s3://bucket/prefix`. Unset: nowhere.',
  }),
  ACTIVITY_FILES_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description: 'Of a bucket that is not Amazon’s; its name is the first part of the path there. Unset: that of the region at Amazon.',
    }),
  ACTIVITY_FILES_REGION: z.string().default('us-east-1').meta({ description: 'The region of the bucket.' }),
  ACTIVITY_FILES_ACCESS_KEY_ID: z.string().default('').meta({ description: 'The key by which files are put into a bucket.' }),
  ACTIVITY_FILES_SECRET_ACCESS_KEY: z.string().default('').meta({ description: 'The secret of that key.' }),
  WEBHOOK_RETENTION_DAYS: whole(4, 365).default(7).meta({ description: 'Days that deliveries to webhooks are kept, and can be replayed.' }),
  RECEIPT_RETENTION_DAYS: whole(1, 3_650)
    .default(30)
    .meta({ description: 'Days that receipts of devices are kept, and after the end of a send’s time to live still taken.' }),
  STATISTICS_RETENTION_DAYS: days
    .default(1_825)
    .meta({ description: 'Days that statistics are kept, which tell of sends long after their messages are forgotten.' }),
});

export type FeedbackSettings = z.output<typeof feedbackSettings>;
