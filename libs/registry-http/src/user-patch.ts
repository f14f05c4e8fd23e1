import { EXTERNAL_ID_RESERVED, isReservedExternalId, SUBSCRIPTIONS, type Alias } from '#libs/registry';
import { z } from 'zod';
import { newExternalIdField, tagsField, textField } from './fields.ts';
import { attributeChangesField } from './user-attributes.ts';

const maxAliases = 20;
const maxName = 128;

/** Another name of a person; a label says where the name comes from. */
export const aliasField: z.ZodType<Alias> = z
  .strictObject({
    label: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ . -'),
    name: textField(maxName).refine((name) => name === '' || !isReservedExternalId(name), EXTERNAL_ID_RESERVED),
  })
  .meta({
    id: 'Alias',
    description: 'Another name of a person. One name of a label is one person.',
    examples: [{ label: 'crm', name: 'C-1017' }],
  });

/** `PATCH …/users/{externalId}`, a JSON Merge Patch: absent = unchanged, `null` takes tags, aliases, an attribute or all attributes away. */
export const userPatchBody = z
  .strictObject({
    subscription: z.exactOptional(z.enum(SUBSCRIPTIONS)).meta({ description: "The person's wish; it holds on every device." }),
    tags: z.exactOptional(tagsField.nullable()),
    attributes: z.exactOptional(attributeChangesField.nullable()),
    aliases: z.exactOptional(z.array(aliasField).max(maxAliases).nullable()).meta({ description: 'The whole set; not for sdk keys.' }),
  })
  .meta({
    id: 'UserPatch',
    examples: [{ subscription: 'opted_in', tags: ['vip'], attributes: { plan: 'gold', visits: { $inc: 1 }, trialEnds: null } }],
  });

/** The same with the user it is about, as an event says it. */
export const userUpdateBody = userPatchBody.omit({ aliases: true }).extend({ externalId: newExternalIdField });

export type UserPatch = z.output<typeof userPatchBody>;
