import { contracts } from './contracts.ts';
import type { DomainEvent } from './define-event.ts';

/** The topic that every fact is told on: what listeners outside read. */
export const ACTIVITY_TOPIC = 'push.activity';

const facts: ReadonlySet<string> = new Set(contracts.flatMap(({ type, isFact }) => (isFact === true ? [type] : [])));

/** Whether an event is on its way somewhere else and has to be told on `push.activity` as well. */
export function isToldAsFact({ topic, envelope }: DomainEvent): boolean {
  return topic !== ACTIVITY_TOPIC && facts.has(envelope.type);
}
