import { z } from 'zod';
import { tagField, tagsField } from './fields.ts';

const maxChanges = 200;

/** `POST …/tags`: adding and removing is free of races, because nobody sends the whole list. A tag in both lists is removed. */
export const tagChangeBody = z
  .strictObject({
    add: z.array(tagField).max(maxChanges).default([]),
    remove: z.array(tagField).max(maxChanges).default([]),
  })
  .meta({ id: 'TagChange', examples: [{ add: ['vip'], remove: ['trial'] }] });

export type TagChange = z.output<typeof tagChangeBody>;

export const tagsAnswer = z.object({ tags: tagsField }).meta({ id: 'Tags', examples: [{ tags: ['vip'] }] });
