import { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
  null: 'null',
  undefined: 'left out',
  never: 'left out',
  date: 'a date',
  nan: 'no number',
};

const forms: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  url: 'an address such as https://example.com',
  uuid: 'a UUID',
  guid: 'a UUID',
  datetime: 'a time such as 2026-01-31T12:00:00Z',
  date: 'a date such as 2026-01-31',
  time: 'a time of day such as 12:00:00',
  duration: 'a duration such as PT1H',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 network such as 10.0.0.0/8',
  cidrv6: 'an IPv6 network such as fd00::/8',
  base64: 'base64',
  base64url: 'base64url',
  json_string: 'JSON in a text',
  e164: 'a telephone number such as +41790000000',
  jwt: 'a JWT',
};

const maxValues = 20;

/** What a schema refuses, as a person would say it: "must be text". Words that a schema has of its own come before these. */
function plainWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? `is missing; must be ${kindOf(issue.expected)}` : `must be ${kindOf(issue.expected)}`;
    case 'too_small':
      return bound(issue, 'at least', 'more than');
    case 'too_big':
      return bound(issue, 'at most', 'less than');
    case 'invalid_format':
      return formOf(issue);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return 'has unknown fields';
    case 'invalid_union':
      return unionOf(issue.errors);
    case 'invalid_key':
      return 'has a name that is not taken';
    case 'invalid_element':
      return 'has a value that is not taken';
    case 'invalid_value':
      return valuesOf(issue.values);
    case 'custom':
    default:
      return 'is not valid';
  }
}

z.config({ localeError: plainWords });

function kindOf(expected: string): string {
  return kinds[expected] ?? expected.replaceAll('_', ' ');
}

interface Bound {
  readonly origin: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly exact?: boolean;
}

function bound({ origin, minimum, maximum, inclusive = true, exact = false }: Bound, within: string, beyond: string): string {
  const limit = Number(minimum ?? maximum ?? 0);
  const unit = unitOf(origin, limit);
  if (unit === undefined) return `must be ${inclusive ? within : beyond} ${minimum ?? maximum ?? 0}`;
  if (exact) return `must have exactly ${limit} ${unit}`;
  if (minimum !== undefined && limit === 1) return 'must not be empty';
  return `must have ${inclusive ? within : beyond} ${limit} ${unit}`;
}

function unitOf(origin: string, count: number): string | undefined {
  if (origin === 'string') return count === 1 ? 'character' : 'characters';
  if (origin === 'array' || origin === 'set') return count === 1 ? 'item' : 'items';
  return origin === 'object' || origin === 'map' || origin === 'record' ? 'fields' : undefined;
}

interface Format {
  readonly format: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly includes?: string;
}

function formOf({ format, prefix, suffix, includes }: Format): string {
  if (prefix !== undefined) return `must begin with ${JSON.stringify(prefix)}`;
  if (suffix !== undefined) return `must end with ${JSON.stringify(suffix)}`;
  if (includes !== undefined) return `must hold ${JSON.stringify(includes)}`;
  const form = forms[format];
  return form === undefined ? 'does not have the right form' : `must be ${form}`;
}

function valuesOf(values: readonly unknown[]): string {
  const said = values.slice(0, maxValues).map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value)));
  if (values.length > maxValues) said.push('…');
  return said.length === 1 ? `must be ${said.join()}` : `must be one of ${said.join(', ')}`;
}

interface BranchIssue {
  readonly path?: readonly PropertyKey[];
  readonly message?: string;
}

/** All that it could have been, where each way fails at its very beginning, and says what it must be. */
function unionOf(branches: readonly (readonly BranchIssue[])[] = []): string {
  const ways = branches.map(([first]) => (first && (first.path?.length ?? 0) === 0 ? wayOf(first) : undefined));
  if (ways.length === 0 || ways.includes(undefined)) return 'has none of the forms that are taken';
  const distinct = [...new Set(ways)];
  return `must be ${distinct.length > 1 ? `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1) ?? ''}` : distinct.join()}`;
}

function wayOf({ message = '' }: BranchIssue): string | undefined {
  return /^(?:is missing; )?must be (?:one of (?="))?(.+)$/s.exec(message)?.[1];
}
