import { longValues } from '#libs/testing';
import type { Request } from './ask.ts';
import type { Components, Operation, Schema } from './operations.ts';

const times = (text: string) => text.repeat(Math.floor(1_000_000 / text.length));

/** CloudEvents by the batch: more than anybody sends at once, each wrong or right in its own way. */
const batches: readonly string[] = [
  `[${Array(19_999).fill('{}').join()}]`,
  `[${Array(19_999).fill('1').join()}]`,
  `[${Array(1_000).fill('{}').join()}]`,
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
