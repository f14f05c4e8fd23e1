import type { Attributes, AttributeValue } from '../field-kinds.ts';
import { AttributeMismatch, TooManyAttributes } from '../registry-errors.ts';
import { MAX_USER_ATTRIBUTES } from '../registry-settings.ts';

/** What is to become of one attribute: a new value, `null` for none, a sum, or texts that come into its list or leave it. */
export type AttributeChange =
  AttributeValue | null | { readonly $inc: number } | { readonly $add: readonly string[] } | { readonly $remove: readonly string[] };

export type AttributeChanges = Readonly<Record<string, AttributeChange>>;

/** Texts in the list of one attribute. */
const maxTexts = 50;

/**
 * A person's attributes after some changes. Members of objects stand under dotted names (`address.city`): a value takes the place of what stood above and
 * below its name, and `null` takes all below away. Throws AttributeMismatch where a sum meets no number, or a list change no list; TooManyAttributes.
 */
export function changedAttributes(attributes: Attributes, changes: AttributeChanges): Attributes {
  const changed = new Map(Object.entries(attributes));
  for (const [name, change] of Object.entries(changes)) {
    const value = valueAfter(name, changed.get(name), change);
    for (const other of changed.keys()) if (isInside(other, name) || (value !== null && isInside(name, other))) changed.delete(other);
    if (value === null) changed.delete(name);
    else changed.set(name, value);
  }
  // What has more than that already, from before there was a limit, may still change and shrink.
  if (changed.size > Math.max(MAX_USER_ATTRIBUTES, Object.keys(attributes).length)) throw new TooManyAttributes(MAX_USER_ATTRIBUTES);
  return Object.fromEntries(changed);
}

/** Attributes of somebody else that have no place among these yet, as many as there is room for. */
export function missingAttributes(attributes: Attributes, others: Attributes): Attributes {
  const known = Object.keys(attributes);
  const missing = Object.entries(others).filter(
    ([name]) => !known.some((one) => one === name || isInside(one, name) || isInside(name, one)),
  );
  return Object.fromEntries(missing.slice(0, Math.max(0, MAX_USER_ATTRIBUTES - known.length)));
}

function isInside(name: string, object: string): boolean {
  return name.startsWith(`${object}.`);
}

function valueAfter(name: string, present: AttributeValue | undefined, change: AttributeChange): AttributeValue | null {
  if (change === null || typeof change !== 'object' || isTexts(change)) return change;
  if ('$inc' in change) return summed(name, present, change.$inc);
  const list = listOf(name, present);
  if ('$remove' in change) return list.filter((text) => !change.$remove.includes(text));
  const added = [...new Set([...list, ...change.$add])];
  if (added.length > maxTexts) throw new AttributeMismatch(name, `would hold more than ${maxTexts} texts`);
  return added;
}

function isTexts(change: object): change is readonly string[] {
  return Array.isArray(change);
}

function summed(name: string, present: AttributeValue | undefined, by: number): number {
  if (present !== undefined && typeof present !== 'number') throw new AttributeMismatch(name, 'is no number to add to');
  const sum = (present ?? 0) + by;
  if (!Number.isFinite(sum)) throw new AttributeMismatch(name, 'would be too large a number');
  return sum;
}

function listOf(name: string, present: AttributeValue | undefined): readonly string[] {
  if (present === undefined) return [];
  if (typeof present !== 'object') throw new AttributeMismatch(name, 'is no list of texts');
  return present;
}

/** Dotted names as the objects that they stand for, for answers and for texts. */
export function nestedAttributes(attributes: Attributes): Readonly<Record<string, unknown>> {
  const names = Object.keys(attributes);
  if (!names.some((name) => name.includes('.'))) return attributes;
  const nested: Record<string, unknown> = {};
  for (const name of names) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let object = nested;
    for (const member of path) {
      const below = Object.hasOwn(object, member) ? object[member] : undefined;
      object = isRecord(below) ? below : (object[member] = {});
    }
    object[last] = attributes[name];
  }
  return nested;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
