import { consumers } from './consumers.ts';
import { isTest, ownerOf, type Source } from './sources.ts';

/** Who says an event and who acts on it, as the code is. */
export interface Parties {
  readonly saidBy: readonly string[];
  readonly readBy: readonly string[];
}

/** The constant of a contract: `batch.planned.v1` → `batchPlannedV1`. */
function constantOf(type: string): string {
  return type.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Finds who makes events of a type (`eventOf`, or a draft that says it) and which services registered a handler. */
export function partiesOf(type: string, sources: readonly Source[]): Parties {
  const says = new RegExp(String.raw`\b(eventOf|say)\(\s*(\w+,\s*)?${constantOf(type)}\b`);
  const saidBy = sources.filter((source) => !isTest(source) && says.test(source.text)).map(ownerOf);
  const readBy = consumers().flatMap(({ service, type: handled }) => (handled === type ? [service] : []));
  return { saidBy: [...new Set(saidBy)].sort(), readBy: [...new Set(readBy)].sort() };
}
