import { DeadLetters, EventTransport, OutboxBacklog } from '#libs/messaging';
import type { INestApplicationContext } from '@nestjs/common';
import { Gauge, collectDefaultMetrics } from 'prom-client';
import { version } from './build-info.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { Readiness } from './readiness.ts';

/** What every process tells of itself: memory and event loop, its queue, dead letters and dependencies, its version. */
export function processMetrics(app: INestApplicationContext): void {
  const metrics = app.get(MetricsRegistry);
  const { registry } = metrics;
  collectDefaultMetrics({ register: registry });
  // Gauges that are named like counters, which OpenMetrics forbids; the same numbers by type are in the metrics without `_total`.
  for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`);
  const gauge = (name: string, help: string, labelNames: string[]) => new Gauge({ name, help, labelNames, registers: [registry] });
  gauge('carillon_build_info', 'The version that runs; always 1.', ['version', 'node']).set({ version, node: process.versions.node }, 1);
  const lag = gauge('carillon_queue_lag_messages', 'Events a consumer group has not handled yet.', ['group', 'topic']);
  const age = gauge('carillon_queue_lag_seconds', 'Age of the oldest of them.', ['group', 'topic']);
  const consumers = gauge('carillon_consumers', 'Members of a consumer group, in all processes.', ['group', 'topic']);
  const letters = gauge('carillon_dead_letters', 'Events that could not be handled and wait for a person.', ['topic', 'reason']);
  const unpublished = gauge('carillon_outbox_unpublished', 'Documents whose events have not all left for the queue.', []);
  const oldest = gauge('carillon_outbox_oldest_seconds', 'For how long the oldest of them waits.', []);
  const up = gauge('carillon_dependency_up', '1 while the process can use what it depends on.', ['dependency']);
  const [transport, deadLetters, readiness] = [app.get(EventTransport), app.get(DeadLetters), app.get(Readiness)];
  metrics.beforeRead(async () => {
    const { documents, oldestMs } = await app.get(OutboxBacklog).backlog();
    unpublished.set(documents);
    oldest.set(oldestMs / 1000);
  });
  metrics.beforeRead(async () => {
    for (const { group, topic, messages, oldestMs } of await transport.lag()) {
      lag.set({ group, topic }, messages);
      age.set({ group, topic }, oldestMs / 1000);
    }
  });
  metrics.beforeRead(async () => {
    for (const { group, topic, members } of await transport.sizes()) consumers.set({ group, topic }, members);
  });
  metrics.beforeRead(async () => {
    const counts = await deadLetters.counts();
    letters.reset();
    for (const { topic, code, letters: count } of counts) letters.inc({ topic, reason: code }, count);
  });
  metrics.beforeRead(async () => {
    for (const [dependency, state] of Object.entries((await readiness.report()).dependencies)) up.set({ dependency }, state.up ? 1 : 0);
  });
}
