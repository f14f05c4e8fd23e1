import { pathId } from '#libs/api';
import { canonicalLocale } from '#libs/kernel';
import { externalIdField } from '#libs/registry-http';
import { z } from 'zod';
import { writtenSendBody } from '../intake/send-body.ts';
import { targetBody } from '../intake/target-body.ts';

/** Whom a preview is for; nobody in particular unless said. */
export const previewedFields = z.strictObject({
  user: externalIdField.exactOptional().meta({ description: 'For the installations of a user.' }),
  installation: pathId.exactOptional().meta({ description: 'For an installation.' }),
  locale: z
    .string()
    .max(64)
    .refine((text) => canonicalLocale(text) !== undefined, 'Must be a language tag, such as pt-BR')
    .exactOptional()
    .meta({ description: 'For a device that nobody has, in this language.' }),
});

const described = {
  description:
    'The body of a send, of which `to` may be absent, and at most one of user, installation and locale. With `to`, the messages of up to 1,000 of its audience are built and weighed.',
};

/** The body of `POST …/messages/preview`. */
export const previewedMessage = writtenSendBody.extend({ ...previewedFields.shape, to: targetBody.exactOptional() }).meta({
  id: 'MessagePreviewRequest',
  ...described,
  examples: [
    { message: { title: 'Your code is {{variables.code}}' }, variables: { code: '1234' }, locale: 'fr' },
    { message: { title: 'Hello {{user.attributes.name}}' }, to: { tags: 'vip' } },
  ],
});

/** The body of `POST …/templates/{name}/preview`. */
export const previewedTemplate = writtenSendBody
  .omit({ message: true, template: true })
  .extend({ ...previewedFields.shape, to: targetBody.exactOptional() })
  .meta({
    id: 'TemplatePreviewRequest',
    description: `${described.description} Variables that are not given have the examples of the template.`,
    examples: [{ variables: { code: '1234' }, user: 'kim' }],
  });

const bytes = z.int().min(0);
const outcome = {
  outcome: z.string().meta({ description: '`accepted`: nothing is in its way before the provider has seen it.' }),
  reason: z.string().nullable(),
  sentence: z.string().nullable().meta({ description: 'The reason in words, for people.' }),
};

export const messagePreview = z
  .object({
    providers: z
      .record(
        z.string(),
        z.object({
          installation: z.string().nullable().meta({ description: 'Whose it is; null: of a device that nobody has.' }),
          payload: z.unknown().meta({ description: 'What the provider would be sent; null where none can be built.' }),
          bytes: bytes.nullable().meta({ description: 'As the provider counts them.' }),
          limit: bytes.nullable().meta({ description: 'The most that the provider takes.' }),
          ...outcome,
          sample: z.object({ of: bytes, largest: bytes, largestOf: z.string(), percentile99: bytes, limit: bytes }).nullable().meta({
            description: 'What the messages of the sample come to, in bytes; `largestOf` is the installation with the worst of them.',
          }),
        }),
      )
      .meta({ description: 'Each provider that the app sends through, or the previewed installations and the sample have.' }),
    missing: z.array(z.string()).meta({ description: 'Variables that the texts name, or the template asks for, and nobody gave.' }),
    wouldFail: z
      .object({
        of: bytes.meta({ description: 'Messages that were built: of the sample, or of the previewed installations.' }),
        count: bytes,
        firstReasons: z.array(z.object({ provider: z.string(), ...outcome, count: bytes, installation: z.string() })),
      })
      .meta({
        description: 'How many would not go, and why; the ten most frequent reasons, each with the first installation that it was.',
      }),
  })
  .meta({ id: 'MessagePreview' });

export const messagePreviewExample: z.input<typeof messagePreview> = {
  providers: {
    apns: {
      installation: null,
      payload: { aps: { alert: { title: 'Your code is 1234' } } },
      bytes: 178,
      limit: 4_096,
      outcome: 'accepted',
      reason: null,
      sentence: null,
      sample: { of: 1_000, largest: 212, largestOf: 'phone-7', percentile99: 190, limit: 4_096 },
    },
  },
  missing: [],
  wouldFail: { of: 1_000, count: 0, firstReasons: [] },
};
