import type { StandardSchemaV1 } from '@standard-schema/spec';
import { pointerTo, unknownKeys } from '../errors/field-error.ts';

/** Unknown fields inside unknown fields go with their parent, so few rounds suffice. */
const maxRounds = 4;

export interface LenientResult {
  readonly result: StandardSchemaV1.Result<unknown>;
  /** What was left out: the pointer without its first slash. */
  readonly ignoredFields: readonly string[];
}

/** Parses, leaving out the fields that a strict schema does not know: an app in the store may be newer than the server. */
export async function lenientParse(schema: StandardSchemaV1, value: unknown): Promise<LenientResult> {
  const ignored: string[] = [];
  let rest = value;
  let result = await schema['~standard'].validate(rest);
  for (let round = 0; result.issues && round < maxRounds; round += 1) {
    const paths = unknownKeys(result.issues);
    if (paths.length === 0) break;
    rest = without(rest, paths);
    ignored.push(...paths.map((path) => pointerTo(path).slice(1)));
    result = await schema['~standard'].validate(rest);
  }
  return { result, ignoredFields: ignored };
}

function without(value: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const key = path.at(-1);
    const parent = path.slice(0, -1).reduce<unknown>(memberOf, copy);
    if (typeof parent === 'object' && parent !== null && key !== undefined) Reflect.deleteProperty(parent, key);
  }
  return copy;
}

function memberOf(parent: unknown, step: PropertyKey): unknown {
  return typeof parent === 'object' && parent !== null ? (parent as Record<PropertyKey, unknown>)[step] : undefined;
}
