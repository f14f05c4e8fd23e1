import { topics } from '#libs/messaging';
import type { EventContract } from '#libs/events';
import { binaryHeaders, binaryMessageOf, type Envelope } from './binary-mode.ts';
import { consumers } from './consumers.ts';
import { jsonSchemaOf, keyPatternOf, promiseOf, samplesOf, sortedContracts, topicsOf } from './contract-docs.ts';
import { json, type Page } from './document.ts';
import { unwrapped, type JsonSchema } from './schema-fields.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });

const envelope: Envelope & { readonly type: 'object' } = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1, maxLength: 256, description: 'Derived from the cause: a repeat has the same one.' },
    source: { type: 'string', minLength: 1, maxLength: 512, description: 'Who says it.' },
    type: { type: 'string', minLength: 1, maxLength: 255, description: 'The contract and its version.' },
    subject: text('What it is about.'),
    time: { type: 'string', format: 'date-time', description: 'When it happened; the moment of arrival where it is missing.' },
    traceparent: text('W3C trace context of the work that caused it.'),
    datacontenttype: text('`application/json` or another JSON type.'),
  },
};

/** docs/asyncapi.json: topics are channels, contracts are messages. */
export function asyncApiPage(version: string): Page {
  const parts = sortedContracts.map(partsOf);
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Carillon events',
      version,
      description:
        'What the services of Carillon say to each other and to yours, and what yours can ask of them. docs/events.md is the same for people.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(topics.filter(({ name }) => !name.endsWith('.dead')).map(({ name }) => [name, channelOf(name)])),
    operations: operations(),
    components: {
      messages: Object.fromEntries(sortedContracts.flatMap(messagesOf)),
      schemas: sorted({
        CloudEvent: envelope,
        BinaryHeaders: binaryHeaders(envelope),
        ...Object.fromEntries(parts.flatMap((part) => Object.entries(part))),
      }),
    },
  };
  return { documents: [json('docs/asyncapi.json', document)], problems: [] };
}

function channelOf(topic: string): object {
  const here = sortedContracts.filter((contract) => topicsOf(contract).includes(topic));
  return {
    address: topic,
    description: `Ordered by ${[...new Set(here.map(keyPatternOf))].join(', ')}.`,
    messages: Object.fromEntries(here.flatMap(messagesOf).map(([name]) => [name, { $ref: `#/components/messages/${name}` }])),
  };
}

/** One for each service and topic that it reads. */
function operations(): object {
  const types = new Map(sortedContracts.map((contract) => [contract.type, contract]));
  const names = consumers().flatMap(({ service, type, topic: only }) =>
    (only === undefined ? (types.get(type)?.topics ?? []) : [only]).map((topic) => `${service}:${topic}`),
  );
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => {
      const [service = '', topic = ''] = name.split(':');
      return [`${service}.reads.${topic}`, { action: 'receive', channel: { $ref: `#/channels/${topic}` }, tags: [{ name: service }] }];
    }),
  );
}

/** By their names; what internal services say, they may say in two modes. */
function messagesOf(contract: EventContract): readonly (readonly [string, object])[] {
  const structured = [contract.type, messageOf(contract)] as const;
  return contract.fromOutside ? [structured, [`${contract.type}.binary`, binaryMessageOf(contract)]] : [structured];
}

function messageOf(contract: EventContract): object {
  const { type } = contract;
  return {
    name: type,
    summary: promiseOf(contract),
    contentType: 'application/cloudevents+json',
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        { type: 'object', properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } } },
      ],
    },
    examples: samplesOf(contract).map((payload) => ({ payload })),
  };
}

/** The schema of the data and those it refers to, with references that hold in the whole document. */
function partsOf(contract: EventContract): Readonly<Record<string, unknown>> {
  const schema = jsonSchemaOf(contract);
  const { $schema: _, $defs: __, ...data } = unwrapped(schema);
  const others = Object.entries(schema.$defs ?? {}).filter(([name]) => schema.$ref !== `#/$defs/${name}`);
  const text = JSON.stringify({ ...Object.fromEntries(others), [contract.type]: data }).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as Record<string, unknown>;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
