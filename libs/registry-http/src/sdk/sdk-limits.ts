import { sdkMayWrite, type SdkField, type SdkWritable } from '#libs/access';
import { PushError } from '#libs/kernel';
import type { Attributes } from '#libs/registry';

/** An sdk key wrote what the app keeps for its server keys (`settings.sdkWritable`); nothing was changed. */
export class FieldNotWritable extends PushError {
  readonly code = 'field_not_writable';
  readonly retryable = false;
  readonly errors;

  constructor(pointers: readonly string[], options?: ErrorOptions) {
    super('An sdk key may not write this; settings.sdkWritable of the app says what it may', options);
    this.errors = pointers.map((pointer) => ({ pointer, message: 'Not writable with an sdk key' }));
  }
}

/** Throws FieldNotWritable unless an sdk key may touch the tag or attribute names; `pointers` say where they stand in the body. */
function checkSdkMayWrite(writable: readonly SdkWritable[], field: SdkField, names: ReadonlyMap<string, string>): void {
  const refused = [...names].filter(([, name]) => !sdkMayWrite(writable, field, name)).map(([pointer]) => pointer);
  if (refused.length > 0) throw new FieldNotWritable(refused);
}

/** Throws FieldNotWritable unless an sdk key may add and remove these tags. */
export function checkSdkMayTag(
  writable: readonly SdkWritable[],
  field: TagField,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): void {
  const added = add.map((tag, index) => [`/add/${index}`, tag] as const);
  const removed = remove.map((tag, index) => [`/remove/${index}`, tag] as const);
  checkSdkMayWrite(writable, field, new Map([...added, ...removed]));
}

type TagField = 'installation.tags' | 'user.tags';
type AttributeField = 'installation.attributes' | 'user.attributes';

/**
 * The tags that an sdk key's whole list makes: its own ones as it says, the app's own ones as they are. Naming a tag that is there changes nothing and
 * is no offence. Throws FieldNotWritable.
 */
export function tagsBySdk(
  writable: readonly SdkWritable[],
  field: TagField,
  wished: readonly string[],
  present: readonly string[],
): string[] {
  const added = wished.map((tag, index) => [`/tags/${index}`, tag] as const).filter(([, tag]) => !present.includes(tag));
  checkSdkMayWrite(writable, field, new Map(added));
  const kept = present.filter((tag) => !sdkMayWrite(writable, field, tag));
  return [...new Set([...kept, ...wished])];
}

/** The same for attributes. Throws FieldNotWritable. */
export function attributesBySdk(
  writable: readonly SdkWritable[],
  field: AttributeField,
  wished: Attributes,
  present: Attributes,
): Attributes {
  const changed = Object.keys(wished).filter((name) => JSON.stringify(wished[name]) !== JSON.stringify(present[name]));
  checkSdkMayWrite(writable, field, new Map(changed.map((name) => [`/attributes/${name}`, name])));
  const kept = Object.entries(present).filter(([name]) => !sdkMayWrite(writable, field, name));
  return { ...wished, ...Object.fromEntries(kept) };
}
