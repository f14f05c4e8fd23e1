import type { Request } from './ask.ts';
import type { Components, Operation, Schema } from './operations.ts';

const bytes = 1_000_000; // a little below the limit of 1 MiB, with all that stands around it
const times = (text: string, room = bytes) => text.repeat(Math.floor(room / text.length));
const listOf = (item: string) => `[${times(`${item},`)}${item}]`;
const members = (name: (index: number) => string, value: string, count: number) =>
  `{${Array.from({ length: count }, (_, index) => `${JSON.stringify(name(index))}:${value}`).join()}}`;

/** JSON texts of about a mebibyte, each long in a way of its own. They are written, not made from values: most are what no program writes. */
const longValues: readonly string[] = [
  `"${times('x')}"`, // a long text
  `"${times('\\u00e9')}"`, // a text of escapes
  `"${times('\\"')}"`, // a text of quotes
  `"${times('\\ud800')}"`, // halves of characters
  `[${Array(19_000)
    .fill(`"${'x'.repeat(40)}\\udfff"`)
    .join()}]`, // texts with half a character each
  `{"${times('k')}":1}`, // a long name
  members((index) => `${index}-${'n'.repeat(950)}`, '1', 990), // a thousand long names
  members((index) => `${index}-${'n'.repeat(2_000)}`, '1', 480), // names that are too long
  `{${times('"a":1,')}"a":1}`, // one name many times
  `{${Array(999)
    .fill(`"a":"${'y'.repeat(980)}"`)
    .join()},"a":1}`, // a thousand times one name
  `${'['.repeat(500_000)}${']'.repeat(500_000)}`, // deep lists
  `[${Array(6_000)
    .fill(`${'['.repeat(62)}${']'.repeat(62)}`)
    .join()}]`.slice(0, bytes), // lists as deep as may be
  `${times('{"a":')}1`, // deep objects
  `[${Array(2_300)
    .fill(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`)
    .join()}]`, // objects as deep as may be
  `[${Array(19_999).fill('1').join()}]`, // a list of numbers
  `[${Array(3_000)
    .fill(`1${'0'.repeat(300)}e-299`)
    .join()}]`, // a list of huge numbers
  times('9'), // one huge number
  `0.${times('1')}e${'9'.repeat(10)}`, // a number of small parts
  `[${Array(12)
    .fill(`[${Array(19_000).fill('1').join()}]`)
    .join()}]`, // lists of numbers
  `[${Array(19_999).fill('{}').join()}]`, // a list of empty objects
  `[${Array(19_999).fill('""').join()}]`, // a list of empty texts
  listOf('null'), // a list of nulls
  `[${Array(12_000)
    .fill(`{"externalId":"u${'x'.repeat(40)}","x":[1]}`)
    .join()}]`, // many little objects
  `[${Array(700)
    .fill(members((index) => `k${index}`, '"vvvv"', 100))
    .join()}]`, // objects of a hundred fields
  `"${times('!')}"`, // a tag expression of nots
  `"${times('(')}"`, // a tag expression of parentheses
  `"${times('vip && ')}vip"`, // a tag expression of tags
  `"${times('{{ variables.x }}')}"`, // a template of outputs
  `"${times('{% for i in (1..99) %}')}"`, // a template of loops
  `"${times('{{ a | append: ')}"`, // a template that is never closed
  `"{{${times(' ')}}}"`, // a template of blanks
  members((index) => `${index}${'/~'.repeat(450)}`, '{"__proto__":1}', 900), // slashes and tildes
  `[${Array(15_000).fill('{"__proto__":{"constructor":1}}').join()}]`, // forbidden names
  `${times(' ')}1`, // blanks
];

/** CloudEvents by the batch: more than anybody sends at once, each wrong or right in its own way. */
const batches: readonly string[] = [
  `[${Array(19_999).fill('{}').join()}]`,
  `[${Array(19_999).fill('1').join()}]`,
  `[${Array(5_000).fill('{"specversion":"1.0","id":"","source":"","type":"","time":"x","data":{}}').join()}]`,
  `[${Array(7_000).fill('{"specversion":"1.0","id":"i","source":"s","type":"send.requested.v1","data":{"app":"fuzz","to":{},"x":1}}').join()}]`,
  `[${Array(6_000).fill('{"specversion":"1.0","id":"i","source":"s","type":"user.updated.v1","data":{"app":"fuzz","tags":[1,2,3]}}').join()}]`,
  `[{"specversion":"1.0","id":"${times('i')}","source":"s","type":"t","data":1}]`,
  `[{"specversion":"1.0","id":"i","source":"s","type":"t","data_base64":"${times('QUJD')}"}]`,
];

/** Every call that takes a body, with each long value as the whole of it and in one of its fields: another field for another value. */
export function* mebibytes(operation: Operation, components: Components, path: string, key: string): Generator<Request> {
  for (const [at, [type, { schema }]] of Object.entries(operation.content).entries()) {
    const request = (body: string): Request => ({ method: operation.method, path, headers: headersOf(key, type, body), body });
    const fields = fieldsOf(schema, components);
    for (const [index, value] of longValues.entries()) {
      const field = fields[(index + at) % Math.max(1, fields.length)];
      if (index % 3 === at % 3) yield request(value);
      if (field !== undefined) yield request(`{${JSON.stringify(field)}:${value}}`);
    }
    if (type === 'application/cloudevents-batch+json') for (const body of batches) yield request(body);
  }
}

/** Messages and targets of a send with long values where people write templates and expressions. */
export function* longSends(app: string, key: string): Generator<Request> {
  const path = `/v1/apps/${app}/sends`;
  const places: readonly ((value: string) => string)[] = [
    (value) => `{"to":{"users":["u0"]},"message":{"title":${value}}}`,
    (value) => `{"to":{"users":["u0"]},"message":{"data":{"a":${value}}}}`,
    (value) => `{"to":{"users":["u0"]},"message":{"title":"{{ variables.x }}"},"variables":{"x":${value}}}`,
    (value) => `{"to":{"users":["u0"]},"message":{"title":"t","overrides":{"apns":{"x":${value}}}}}`,
    (value) => `{"to":{"users":["u0"]},"message":{"title":"t","localized":{"fr":${value}}}}`,
    (value) => `{"to":{"tags":${value}},"message":{"title":"t"}}`,
    (value) => `{"to":{"users":${value}},"message":{"title":"t"}}`,
    (value) => `{"to":{"installations":${value}},"message":{"title":"t"}}`,
    (value) => `{"to":{"provider":"apns","tokens":${value}},"message":{"title":"t"}}`,
  ];
  for (const value of longValues) {
    for (const place of places) {
      const body = place(value);
      yield { method: 'POST', path, headers: headersOf(key, 'application/json', body), body };
    }
  }
}

function headersOf(key: string, type: string, body: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'content-type': type, 'content-length': String(Buffer.byteLength(body)) };
}

function fieldsOf(schema: Schema, components: Components): string[] {
  const found = schema.$ref === undefined ? schema : components[schema.$ref.replace('#/components/schemas/', '')];
  const branches = found?.anyOf ?? found?.oneOf ?? [];
  return [...new Set([...Object.keys(found?.properties ?? {}), ...branches.flatMap((branch) => fieldsOf(branch, components))])];
}
