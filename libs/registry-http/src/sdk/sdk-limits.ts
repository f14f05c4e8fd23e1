import { sdkMayWrite, type SdkField, type SdkWritable } from '#libs/access';
import { PushError } from '#libs/kernel';
import type { Attributes } from '#libs/registry';

const notWritable = 'Not writable with an sdk key';

/** An sdk key wrote a field or an attribute that the app keeps for its server keys (`settings.sdkWritable`); nothing was changed. */
export class FieldNotWritable extends PushError {
  readonly code = 'field_not_writable';
  readonly retryable = false;
  readonly errors;

  constructor(pointers: readonly string[], options?: ErrorOptions) {
    super('An sdk key may not write this; settings.sdkWritable of the app says what it may', options);
    this.errors = pointers.map((pointer) => ({ pointer, message: notWritable }));
  }
}

/** An sdk key gave or took a tag that the app keeps for its server keys (`settings.sdkWritable`, which names no tags at first); nothing was changed. */
export class TagNotWritable extends PushError {
  readonly code = 'tag_not_writable';
  readonly retryable = false;
  readonly errors;

  constructor(pointers: readonly string[], options?: ErrorOptions) {
    super('An sdk key may not write this tag; settings.sdkWritable of the app says which tags it may', options);
    this.errors = pointers.map((pointer) => ({ pointer, message: notWritable }));
  }
}

type TagField = Extract<SdkField, `${string}.tags`>;
type AttributeField = Extract<SdkField, `${string}.attributes`>;

/** Throws TagNotWritable unless an sdk key may add and remove these tags, which stand at `at` in the body. */
export function checkSdkMayTag(
  writable: readonly SdkWritable[],
  field: TagField,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
  at = '',
): void {
  const added = add.map((tag, index) => [`${at}/add/${index}`, tag] as const);
  const removed = remove.map((tag, index) => [`${at}/remove/${index}`, tag] as const);
  const refused = [...added, ...removed].filter(([, tag]) => !sdkMayWrite(writable, field, tag));
  if (refused.length > 0) throw new TagNotWritable(refused.map(([pointer]) => pointer));
}

/** What an sdk key's whole list or record makes of what is there. */
export interface WrittenBySdk<T> {
  readonly written: T;
  /** What of the wish the app keeps for its servers: pointers from the body's root. */
  readonly refused: readonly string[];
}

/**
 * The tags that an sdk key's whole list makes: its own ones as it says, the app's own ones as they are. Naming a tag that is there changes nothing and
 * is no offence.
 */
export function tagsWishedBySdk(
  writable: readonly SdkWritable[],
  field: TagField,
  wished: readonly string[],
  present: readonly string[],
): WrittenBySdk<string[]> {
  const isOwn = (tag: string) => sdkMayWrite(writable, field, tag);
  const refused = wished.flatMap((tag, index) => (isOwn(tag) || present.includes(tag) ? [] : [`/tags/${index}`]));
  return { written: [...new Set([...present.filter((tag) => !isOwn(tag)), ...wished.filter(isOwn)])], refused };
}

/** The same for attributes. */
export function attributesWishedBySdk(
  writable: readonly SdkWritable[],
  field: AttributeField,
  wished: Attributes,
  present: Attributes,
): WrittenBySdk<Attributes> {
  const isOwn = (name: string) => sdkMayWrite(writable, field, name);
  const refused = Object.keys(wished).filter((name) => !isOwn(name) && JSON.stringify(wished[name]) !== JSON.stringify(present[name]));
  const own = Object.entries(wished).filter(([name]) => isOwn(name));
  const kept = Object.entries(present).filter(([name]) => !isOwn(name));
  return { written: Object.fromEntries([...own, ...kept]), refused: refused.map((name) => `/attributes/${name}`) };
}

/** `tagsWishedBySdk` for a call that nothing depends on: throws TagNotWritable. */
export function tagsBySdk(...call: Parameters<typeof tagsWishedBySdk>): string[] {
  const { written, refused } = tagsWishedBySdk(...call);
  if (refused.length > 0) throw new TagNotWritable(refused);
  return written;
}

/** `attributesWishedBySdk` for a call that nothing depends on: throws FieldNotWritable. */
export function attributesBySdk(...call: Parameters<typeof attributesWishedBySdk>): Attributes {
  const { written, refused } = attributesWishedBySdk(...call);
  if (refused.length > 0) throw new FieldNotWritable(refused);
  return written;
}
