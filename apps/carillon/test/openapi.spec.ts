import { campaign } from '#apps/campaign';
import { feedback } from '#apps/feedback';
import { identity } from '#apps/identity';
import { registration } from '#apps/registration';
import { EventParts, eventMigrations, startHttp, type TestHttp } from '#libs/testing/http';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

type Schema = Record<string, unknown>;
interface Found {
  readonly at: string;
  readonly schema: Schema;
}

const services = [registration, identity, campaign, feedback] as const;
/** Names that the generators of some language cannot use. */
const taken = ['System', 'Object', 'String', 'Error', 'Model', 'Configuration', 'Response'];
let http: TestHttp;
let document: {
  openapi: string;
  servers: unknown[];
  paths: Record<string, Record<string, Schema>>;
  components: { schemas: Record<string, Schema> };
};
let older: typeof document;

beforeAll(async () => {
  http = await startHttp({
    imports: [EventParts.embedded(), ...services.map(({ settings, module }) => module(settings.parse({}) as never, 'embedded'))],
    migrations: eventMigrations,
  });
  document = (await http.call('GET', '/v1/openapi.json')).body as typeof document;
  older = (await http.call('GET', '/v1/openapi-3.0.json')).body as typeof document;
});

afterAll(() => http.close());

const isRecord = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const examples = ['example', 'examples', 'default', 'enum', 'const'];

/** Every schema below a node, with those inside it. `inSchema`: the node is one. */
function schemasOf(node: unknown, at: string, inSchema: boolean): Found[] {
  if (Array.isArray(node)) return node.flatMap((one, index) => schemasOf(one, `${at}/${index}`, inSchema));
  if (!isRecord(node)) return [];
  const below = Object.entries(node).flatMap(([key, value]): Found[] => {
    if (examples.includes(key)) return [];
    if (inSchema && key === 'properties')
      return Object.entries(value as Schema).flatMap(([name, one]) => schemasOf(one, `${at}/${name}`, true));
    return schemasOf(value, `${at}/${key}`, inSchema || key === 'schema');
  });
  return inSchema ? [{ at, schema: node }, ...below] : below;
}

const allOf = (from: typeof document): Found[] => [
  ...schemasOf(from.paths, '', false),
  ...Object.entries(from.components.schemas).flatMap(([name, schema]) => schemasOf(schema, name, true)),
];
const where = (found: readonly Found[], breaks: (schema: Schema) => boolean) =>
  found.filter(({ schema }) => breaks(schema)).map(({ at }) => at);
const resolved = (schema: Schema): Schema =>
  typeof schema['$ref'] === 'string' ? document.components.schemas[schema['$ref'].split('/').at(-1) ?? '']! : schema;
const unionsOf = (schema: Schema): Schema[] =>
  [schema['anyOf'], schema['oneOf']].flatMap((list) => (Array.isArray(list) ? (list as Schema[]) : []));

describe('the OpenAPI document', () => {
  it('is one of 3.1 for everything, with a server, and says of every call which key it needs', () => {
    const calls = Object.values(document.paths).flatMap((item) => Object.values(item));

    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).not.toEqual([]);
    expect(calls.length).toBeGreaterThan(50);
    expect(calls.filter(({ security }) => !Array.isArray(security))).toEqual([]);
  });

  it('says that a key of idempotency may have been used with another body, and which body a stream is', () => {
    interface Call {
      parameters?: { name: string }[];
      responses: Record<string, unknown>;
    }
    const calls = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, call]) => ({ at: `${method} ${path}`, ...(call as unknown as Call) }))); // prettier-ignore
    const withKey = calls.filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'Idempotency-Key'));

    expect(withKey.map(({ at }) => at)).toContain('post /v1/apps/{app}/users/track');
    expect(withKey.filter(({ responses }) => !('409' in responses)).map(({ at }) => at)).toEqual([]);
    expect(document.paths['/v1/apps/{app}/imports/{id}/parts/{part}']!['put']).toMatchObject({
      requestBody: { required: true, content: { 'text/csv': { schema: { format: 'binary' } } } },
    });
  });

  it('has schemas of which every one compiles, and examples of which every one is right', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ $id: 'doc', components: document.components });
    const pointed = (schema: Schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')) as Schema;
    const wrong: unknown[] = [];
    const compiled = new Map<string, ValidateFunction>();
    let checked = 0;
    const check = (schema: Schema, example: unknown, at: string) => {
      const text = JSON.stringify(schema);
      const validate = compiled.get(text) ?? ajv.compile(pointed(schema));
      compiled.set(text, validate);
      checked += 1;
      if (!validate(example)) wrong.push([at, example, ajv.errorsText(validate.errors)]);
    };
    for (const { at, schema } of allOf(document)) {
      if ('example' in schema) check(schema, schema['example'], at);
      for (const example of (schema['examples'] ?? []) as unknown[]) check(schema, example, at);
    }
    const media = (node: unknown, at: string): void => {
      if (Array.isArray(node)) node.forEach((one, index) => { media(one, `${at}/${index}`); }); // prettier-ignore
      if (!isRecord(node)) return;
      if (isRecord(node['schema'])) {
        if ('example' in node) check(node['schema'], node['example'], at);
        const named = Object.values((node['examples'] ?? {}) as Record<string, { value: unknown }>);
        for (const { value } of named) check(node['schema'], value, at);
      }
      for (const [key, value] of Object.entries(node)) if (key !== 'schema') media(value, `${at}/${key}`);
    };
    media(document.paths, '');

    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(300);
  });

  it.each<[string, (schema: Schema) => boolean]>([
    ['is null and nothing else, but as a member of a union', ({ properties }) => Object.values((properties ?? {}) as Schema).some((one) => isRecord(one) && one['type'] === 'null')],
    ['is a union of one type with null', (schema) => unionsOf(schema).length === 2 && unionsOf(schema).some(({ type }) => type === 'null') && unionsOf(schema).every((one) => 'type' in one)],
    ['has an object or a list as its default', (schema) => typeof schema['default'] === 'object' && schema['default'] !== null],
    ['has a class of Unicode in a pattern', (schema) => JSON.stringify(schema['pattern'] ?? '').includes('\\p{') || 'propertyNames' in schema],
    ['is a union of an object without a name', (schema) => unionsOf(schema).filter(({ type }) => type !== 'null').length > 1 && unionsOf(schema).some(({ properties }) => properties !== undefined)],
    ['is a union of lists and maps', (schema) => ['array', 'object'].every((type) => unionsOf(schema).some((one) => resolved(one)['type'] === type))],
  ])('has no schema that %s', (_what, breaks) => {
    expect(where(allOf(document), breaks)).toEqual([]);
  }); // prettier-ignore

  it('has unions whose members are told apart by what they require', () => {
    const alike = where(allOf(document), (schema) => {
      const members = unionsOf(schema).map(resolved).filter(({ properties }) => properties !== undefined);
      return members.some((one, index) => members.slice(index + 1).some((other) => !isApart(one, other) && !isApart(other, one)));
    }); // prettier-ignore

    expect(alike).toEqual([]);
  });

  it('says "exactly one of" where it holds', () => {
    for (const [name, fields] of [
      ['ReceiptInput', ['sendId', 'receipt']],
      ['TargetInput', ['everyone', 'tags', 'filter', 'audience', 'users', 'installations', 'provider', 'topic', 'condition']],
      ['CampaignTargetInput', ['everyone', 'tags', 'filter', 'audience', 'users', 'installations', 'topic', 'condition']],
      ['AudienceInput', ['everyone', 'tags', 'filter', 'text', 'audience']],
    ] as const) {
      const members = unionsOf(document.components.schemas[name]!).map(resolved);
      expect(members.map(({ required }) => (required as string[])[0])).toEqual(fields);
      expect(members.every((member) => member['additionalProperties'] === false)).toBe(true);
    }
  });

  it('names no schema as a language names something of its own, and none by a number', () => {
    expect(
      Object.keys(document.components.schemas).filter((name) => taken.includes(name) || !/^[A-Z][A-Za-z]+(?:P12)?$/.test(name)),
    ).toEqual([]); // PKCS #12 is called by its number
  });

  it('names each call once', () => {
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));

    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

describe('the OpenAPI 3.0 document', () => {
  it('has the same calls and schemas, in words that 3.0 knows', () => {
    const later: ((schema: Schema) => boolean)[] = [
      ({ type }) => Array.isArray(type) || type === 'null',
      (schema) => ['const', 'examples', 'propertyNames', 'prefixItems', '$defs', 'contentMediaType'].some((word) => word in schema),
      ({ exclusiveMinimum, exclusiveMaximum }) => [exclusiveMinimum, exclusiveMaximum].some((bound) => typeof bound === 'number'),
      (schema) => '$ref' in schema && Object.keys(schema).length > 1 && !('description' in schema),
    ];

    expect(older.openapi).toBe('3.0.3');
    expect(Object.keys(older.paths)).toEqual(Object.keys(document.paths));
    expect(Object.keys(older.components.schemas)).toEqual(Object.keys(document.components.schemas));
    for (const breaks of later) expect(where(allOf(older), breaks)).toEqual([]);
    expect((older.components.schemas['Send']!['properties'] as Schema)['finishedAt']).toMatchObject({ type: 'string', nullable: true });
  });
});

/** What is right for the other is not right for the one: it requires a field that the other does not have, or a field has another only value. */
function isApart(one: Schema, other: Schema): boolean {
  const only = (schema: Schema, field: string) => {
    const property = (schema['properties'] as Record<string, Schema>)[field];
    return property?.['const'] ?? (property?.['enum'] as unknown[] | undefined)?.[0];
  };
  const requires = (schema: Schema) => (schema['required'] ?? []) as string[];
  const has = (schema: Schema, field: string) => field in (schema['properties'] as Schema);
  return requires(one).some((field) => !has(other, field) || (only(one, field) !== undefined && only(other, field) !== undefined && only(one, field) !== only(other, field))); // prettier-ignore
}
