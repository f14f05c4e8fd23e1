import { topics, type Topic } from '#libs/messaging';
import type { EventContract } from '#libs/events';
import { z } from 'zod';
import { jsonSchemaOf, keyPatternOf, promiseOf, samplesOf, sortedContracts, topicsOf } from './contract-docs.ts';
import { code, generatedNotice, json, markdown, table, type Page } from './document.ts';
import { partiesOf, type Parties } from './event-parties.ts';
import { eventsIntroduction, eventsPublishing } from './events-prose.ts';
import { eventsOverKafka } from './kafka-prose.ts';
import { fieldsOf, unwrapped, type JsonSchema } from './schema-fields.ts';
import type { Source } from './sources.ts';

const dayMs = 86_400_000;

/** docs/events.md and docs/schemas/. */
export async function eventsPage(sources: readonly Source[]): Promise<Page> {
  const sections = sortedContracts.map((contract) => sectionOf(contract, partiesOf(contract.type, sources)));
  const page = await markdown('docs/events.md', [
    generatedNotice,
    eventsIntroduction,
    '## Topics',
    topicTable(),
    eventsPublishing(freshSample('send.requested.v1')),
    eventsOverKafka(freshSample('send.requested.v1')),
    '## Events',
    ...sections.flat(),
  ]);
  const schemas = sortedContracts.map((contract) => json(`docs/schemas/${contract.type}.json`, jsonSchemaOf(contract)));
  return { documents: [page, ...schemas], problems: sortedContracts.flatMap(undescribed) };
}

function topicTable(): string {
  const rows = topics
    .filter(({ name }) => !name.endsWith('.dead'))
    .flatMap((topic) =>
      sortedContracts.filter((contract) => topicsOf(contract).includes(topic.name)).map((contract) => rowOf(topic, contract)),
    );
  return table(['Topic', 'Event', 'Key', 'Partitions', 'Kept'], distinct(rows));
}

function rowOf({ name, partitions, retentionMs }: Topic, contract: EventContract): readonly string[] {
  const event = `[${contract.type}](#${anchorOf(contract.type)})`;
  const shown = contract.topics.length > 1 ? topicOf(contract) : code(name);
  return [shown, event, code(keyPatternOf(contract)), String(partitions), `${retentionMs / dayMs} days`];
}

/** The topics of one event that has many are one row. */
function topicOf({ topics: [first, ...more] }: EventContract): string {
  return code(more.length > 0 ? 'push.dispatch.<provider>.<lane>' : first);
}

function distinct(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}

function sectionOf(contract: EventContract, parties: Parties): string[] {
  const { type } = contract;
  const facts = [
    `Topic: ${topicOf(contract)}${contract.isFact === true ? ', and as a fact `push.activity`' : ''}`,
    `Key: ${code(keyPatternOf(contract))}`,
    `Said by: ${saidBy(contract, parties)}`,
    `Read by: ${parties.readBy.length > 0 ? parties.readBy.join(', ') : 'no service of the platform'}`,
    `Schema: [schemas/${type}.json](schemas/${type}.json)`,
  ];
  const data = dataOf(contract);
  const rows = fieldsOf(data).map(({ name, type: words, description = '' }) => [code(name), words, description]);
  const more = data.additionalProperties === undefined || data.additionalProperties === false ? [] : ['Further fields are as said above.'];
  const sample = `\`\`\`json\n${JSON.stringify(samplesOf(contract)[0], null, 2)}\n\`\`\``;
  return [
    `### ${type}`,
    promiseOf(contract),
    facts.map((fact) => `- ${fact}`).join('\n'),
    table(['Field', 'Type', 'Means'], rows),
    ...more,
    sample,
  ];
}

/** What others ask for is said by nobody in the platform. */
function saidBy({ fromOutside }: EventContract, { saidBy: known }: Parties): string {
  return fromOutside === true ? 'your services' : known.join(', ');
}

/** The contract itself: `GET /v1/schemas` also knows what the body of a send may hold. */
function dataOf(contract: EventContract): JsonSchema {
  return unwrapped(z.toJSONSchema(contract.data, { io: 'output', target: 'draft-2020-12' }) as JsonSchema);
}

function undescribed(contract: EventContract): string[] {
  const fields = fieldsOf(dataOf(contract)).filter(({ description }) => description === undefined);
  return fields.map(({ name }) => `libs/events: ${contract.type} has no description of ${name}; add .meta({ description })`);
}

/** GitHub's anchors leave points out. */
function anchorOf(heading: string): string {
  return heading.replaceAll('.', '');
}

/** A sample's time lies in the past; without one an event counts from its arrival. */
function freshSample(type: string): Readonly<Record<string, unknown>> {
  const contract = sortedContracts.find((known) => known.type === type);
  const { time: _, traceparent: __, ...event } = contract ? (samplesOf(contract).at(-1) ?? {}) : {};
  return event;
}
