import type { Attributes } from '../field-kinds.ts';
import { TagInvalid, TooManyAttributes, TooManyTags } from '../registry-errors.ts';
import { MAX_ATTRIBUTES } from '../registry-settings.ts';
import { MAX_TAG_LENGTH } from './tag-expression.ts';

const wellFormed = new RegExp(`^[A-Za-z0-9_@#.:-]{1,${MAX_TAG_LENGTH}}$`);

export interface TagChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The tags as a set, in the order given. Throws TagInvalid, TooManyTags. */
export function tagSet(tags: readonly string[], maxTags: number): readonly string[] {
  if (!tags.every((tag) => wellFormed.test(tag))) throw new TagInvalid();
  const set = [...new Set(tags)];
  if (set.length > maxTags) throw new TooManyTags(maxTags);
  return set;
}

/** The tags without `remove`, then with `add`; the very same array where that changes nothing. Throws TagInvalid, TooManyTags. */
export function changedTags(tags: readonly string[], { add, remove }: TagChange, maxTags: number): readonly string[] {
  const changed = new Set(tags);
  for (const tag of remove) changed.delete(tag);
  for (const tag of add) changed.add(tag);
  const same = changed.size === tags.length && tags.every((tag) => changed.has(tag));
  const limit = Math.max(maxTags, Math.min(changed.size, tags.length)); // a set that is too big already may still shrink
  return same ? tags : tagSet([...changed], limit);
}

/** Throws TooManyAttributes. */
export function checkedAttributes(attributes: Attributes): Attributes {
  if (Object.keys(attributes).length > MAX_ATTRIBUTES) throw new TooManyAttributes(MAX_ATTRIBUTES);
  return attributes;
}
