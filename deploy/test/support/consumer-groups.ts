import 'reflect-metadata';
import { contracts } from '#libs/events';
import { topics } from '#libs/messaging';
import { consumers } from '../../../scripts/docs/consumers.ts';

/** A group that reads one topic: of a service, or of a part of one that may be behind without holding up the rest (`webhooks` of feedback). */
export interface ConsumerGroup {
  /** Without the prefix that a shared cluster may want. */
  readonly name: string;
  readonly service: string;
  readonly topic: string;
  readonly partitions: number;
}

/** Every group that the handlers in the code make. */
export const consumerGroups: readonly ConsumerGroup[] = [...new Set(consumers().map(({ service }) => service))].flatMap((service) => {
  const handlers = consumers().filter((handler) => handler.service === service);
  const topicsOf = (handled: string) => contracts.find(({ type }) => type === handled)?.topics ?? [];
  const read = new Set(handlers.flatMap(({ type, topic }) => (topic === undefined ? topicsOf(type) : [topic])));
  return topics
    .filter(({ name }) => read.has(name))
    .map(({ name: topic, partitions }) => ({ name: `carillon.${service}.${topic}`, service, topic, partitions }));
});
