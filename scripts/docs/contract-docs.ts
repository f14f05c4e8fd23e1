import { ACTIVITY_TOPIC, contracts, type EventContract } from '#libs/events';
import { readFileSync, readdirSync } from 'node:fs';
import { schemaOf } from '../../apps/campaign/src/requests/event-schemas.ts';
import type { JsonSchema } from './schema-fields.ts';

const folder = 'libs/events';

/** Contracts in the order of their types. */
export const sortedContracts: readonly EventContract[] = contracts.toSorted((a, b) => (a.type < b.type ? -1 : 1));

/** What the comment above a contract promises, as one line. */
export function promiseOf({ type }: EventContract): string {
  const text = readFileSync(`${folder}/src/${type.replace(/[._]/g, '-').replace(/-v(\d+)$/, '.v$1')}.ts`, 'utf8');
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const \w+V\d+ = /.exec(text)?.[1];
  if (comment === undefined) throw new Error(`${type} has no comment above its contract`);
  return comment
    .replace(/^\s*\*\s?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The very schema that `GET /v1/schemas/{type}` answers. */
export function jsonSchemaOf({ type }: EventContract): JsonSchema {
  return schemaOf(type);
}

/** The frozen samples of a contract, in the order of their names. */
export function samplesOf({ type }: EventContract): readonly Readonly<Record<string, unknown>>[] {
  return readdirSync(`${folder}/samples/${type}`)
    .sort()
    .map((name) => JSON.parse(readFileSync(`${folder}/samples/${type}/${name}`, 'utf8')) as Record<string, unknown>);
}

/** Every topic that the event is on: facts are on `push.activity`, too. */
export function topicsOf({ topics, isFact }: EventContract): readonly string[] {
  return isFact === true ? [...topics, ACTIVITY_TOPIC] : topics;
}

/** How a key is made: `{app}:{installationId}`. */
export function keyPatternOf(contract: EventContract): string {
  const names = new Proxy({}, { get: (_, name) => `{${String(name)}}` });
  return contract.key(names);
}
