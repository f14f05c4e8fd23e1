import { contracts } from '#libs/events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseRecordEvent } from '../../src/cloud-events/parse-record-event.ts';

interface Example {
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

interface Documented {
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, unknown>> }>>;
  readonly components: { readonly messages: Readonly<Record<string, { readonly examples: readonly Example[] }>> };
}

const page = resolve(import.meta.dirname, '../../../../docs/asyncapi.json');
const { channels, components } = JSON.parse(readFileSync(page, 'utf8')) as Documented;
const fromOutside = contracts.filter((contract) => contract.fromOutside);

function read(name: string): unknown[] {
  const examples = components.messages[name]?.examples ?? [];
  return examples.map(({ headers = {}, payload }) => parseRecordEvent(headers, JSON.stringify(payload), 0));
}

describe('docs/asyncapi.json', () => {
  it.each(fromOutside.map(({ type, topics }) => [type, topics]))(
    'has %s in both modes, with examples that are read alike',
    (type, topics) => {
      const structured = read(type);

      expect(structured.length).toBeGreaterThan(0);
      expect(structured).toEqual(structured.map(() => ({ envelope: expect.objectContaining({ type }) as object })));
      expect(read(`${type}.binary`)).toEqual(structured);
      for (const topic of topics)
        expect(Object.keys(channels[topic]?.messages ?? {})).toEqual(expect.arrayContaining([type, `${type}.binary`]));
    },
  );
});
