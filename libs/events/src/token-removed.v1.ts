import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, fingerprintField, installationIdField, providerNameField, sendIdField } from './fields.ts';
import { installationKeyOf } from './installation-facts.ts';

/** Feedback purged a push token because its provider called it dead. */
export const tokenRemovedV1 = defineEvent({
  type: 'token.removed.v1',
  topics: ['push.activity'],
  key: installationKeyOf,
  data: z
    .object({
      app: appField,
      installationId: installationIdField,
      provider: providerNameField,
      fingerprint: fingerprintField,
      reason: z.string().meta({ description: 'The provider’s own word.' }),
      sendId: sendIdField.nullable().meta({ description: 'The send that found it out; null where none did.' }),
    })
    .meta({ id: 'TokenRemoved' }),
});
