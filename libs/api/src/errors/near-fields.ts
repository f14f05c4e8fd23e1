import { z } from 'zod';

/** A field that a body may have: where it stands (`options`; empty for the body itself) and its name. */
interface KnownField {
  readonly parent: string;
  readonly name: string;
}

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

const [maxFields, deepest] = [400, 6];
/** Longer names are no slips of the pen. */
const maxName = 40;
const known = new WeakMap<object, readonly KnownField[]>();

/**
 * The field that somebody meant by an unknown one, as `options.purpose`: the same name elsewhere in the body, or one that is written nearly so. Undefined
 * where nothing is near.
 */
export function nearField(schema: unknown, path: readonly PropertyKey[]): string | undefined {
  const name = String(path.at(-1));
  if (name.length > maxName) return undefined;
  const parent = dotted(path.slice(0, -1));
  const fields = fieldsOf(schema);
  const here = fields.filter((field) => field.parent === parent);
  const best =
    here.find((field) => plain(field.name) === plain(name)) ??
    fields.find((field) => field.name === name) ??
    nearest(here, name) ??
    nearest(fields, name);
  return best && (best.parent === '' ? best.name : `${best.parent}.${best.name}`);
}

function fieldsOf(schema: unknown): readonly KnownField[] {
  if (!(schema instanceof z.ZodType)) return [];
  const found = known.get(schema) ?? listed(schema);
  known.set(schema, found);
  return found;
}

function listed(schema: z.ZodType): KnownField[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const fields: KnownField[] = [];
  const visit = (part: JsonSchema | undefined, parent: string, depth: number): void => {
    if (!part || depth > deepest || fields.length >= maxFields) return;
    const target = part.$ref?.startsWith('#/$defs/') === true ? root.$defs?.[part.$ref.slice(8)] : part;
    for (const branch of [...(target?.anyOf ?? []), ...(target?.oneOf ?? []), ...(target?.allOf ?? [])]) visit(branch, parent, depth + 1);
    const inner = Object.entries(target?.properties ?? {});
    for (const [name] of inner) if (!fields.some((field) => field.parent === parent && field.name === name)) fields.push({ parent, name });
    for (const [name, property] of inner) visit(property, parent === '' ? name : `${parent}.${name}`, depth + 1);
    visit(target?.items, parent, depth + 1);
    if (typeof target?.additionalProperties === 'object') visit(target.additionalProperties, `${parent}.*`, depth + 1);
  };
  visit(root, '', 0);
  return fields.toSorted((a, b) => a.parent.split('.').length - b.parent.split('.').length || a.parent.length - b.parent.length);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.filter((step) => typeof step === 'string').join('.');
}

/** `external_id`, `ExternalID` and `externalId` are one name to people. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

function nearest(fields: readonly KnownField[], name: string): KnownField | undefined {
  const most = name.length <= 3 ? 0 : name.length <= 5 ? 1 : 2;
  const ranked = fields
    .map((field) => ({ field, steps: editsBetween(plain(field.name), plain(name)) }))
    .filter(({ steps }) => steps <= most);
  return ranked.toSorted((a, b) => a.steps - b.steps)[0]?.field;
}

/** Letters that were left out, added, changed, or swapped with their neighbour. */
function editsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const above = rows[i - 1] ?? [];
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? Infinity;
}
