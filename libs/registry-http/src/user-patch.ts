import { SUBSCRIPTIONS } from '#libs/registry';
import { z } from 'zod';
import { attributeNameField, attributeValueField, newExternalIdField, tagsField } from './fields.ts';

const maxChanges = 100;

const attributeChanges = z
  .record(attributeNameField, attributeValueField.nullable())
  .refine((changes) => Object.keys(changes).length <= maxChanges, `must be at most ${maxChanges} attributes`);

/** `PATCH …/users/{externalId}`, a JSON Merge Patch: absent = unchanged, `null` takes tags, an attribute or all attributes away. */
export const userPatchBody = z
  .strictObject({
    subscription: z.exactOptional(z.enum(SUBSCRIPTIONS)).meta({ description: "The person's wish; it holds on every device." }),
    tags: z.exactOptional(tagsField.nullable()),
    attributes: z.exactOptional(attributeChanges.nullable()),
  })
  .meta({ id: 'UserPatch', examples: [{ subscription: 'opted_in', tags: ['vip'], attributes: { plan: 'gold', trialEnds: null } }] });

/** The same with the user it is about, as an event says it. */
export const userUpdateBody = userPatchBody.extend({ externalId: newExternalIdField });

export type UserPatch = z.output<typeof userPatchBody>;
