import type { EventContract } from '#libs/events';
import { promiseOf, samplesOf } from './contract-docs.ts';
import type { JsonSchema } from './schema-fields.ts';

/** Attributes by their names, as the envelope of structured mode describes them. */
export interface Envelope {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, JsonSchema | { readonly const: string }>>;
}

/** In binary mode every attribute is a header of this name, and the data alone is the value. */
function headerOf(attribute: string): string {
  return attribute === 'datacontenttype' ? 'content-type' : `ce_${attribute}`;
}

/** Headers of every event in binary mode. */
export function binaryHeaders({ required, properties }: Envelope): object {
  const attributes = Object.entries(properties).filter(([name]) => name !== 'data');
  return {
    type: 'object',
    required: required.filter((name) => name !== 'data').map(headerOf),
    properties: Object.fromEntries(attributes.map(([name, schema]) => [headerOf(name), schema])),
  };
}

/** The message of a contract that internal services publish, in binary mode. */
export function binaryMessageOf(contract: EventContract): object {
  const { type } = contract;
  return {
    name: `${type} (binary)`,
    summary: `In binary mode: ${promiseOf(contract)}`,
    contentType: 'application/json',
    headers: {
      allOf: [{ $ref: '#/components/schemas/BinaryHeaders' }, { type: 'object', properties: { ce_type: { const: type } } }],
    },
    payload: { $ref: `#/components/schemas/${type}` },
    examples: samplesOf(contract).map(({ data, ...attributes }) => ({
      headers: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [headerOf(name), value])),
      payload: data,
    })),
  };
}
