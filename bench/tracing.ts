// What spans cost: with nobody recording, not sampled, and exported to a collector in this process. `node dist/bench/tracing.js`
import { inSpan, withTrace } from '#libs/kernel';
import { startTracing, telemetrySettings } from '#libs/service/telemetry';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { report } from './support/report.ts';

const rounds = 200_000;
/** Of one batch: two events handled, the dispatch, its round, the merge. */
const spansABatch = 5;
const messagesABatch = 500;
const facts = { 'carillon.app': 'shop', 'carillon.provider': 'apns', 'carillon.lane': 'bulk', 'carillon.messages': 500 };
const notSampled = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
const sampled = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const collector = createServer((request, response) => {
  request.resume().on('end', () => response.end());
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
const OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

const work = (): Promise<number> => Promise.resolve(1);
const spanOf = (): Promise<number> =>
  inSpan('dispatch batch', { kind: 'internal', facts }, (span) => {
    span?.add({ 'carillon.outcomes.accepted': 500 });
    return work();
  });

await cpuNs(spanOf); // warms up
const plain = await cpuNs(work);
const off = (await cpuNs(spanOf)) - plain;
const tracing = await startTracing(telemetrySettings.parse({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '100000' }), {
  services: ['bench'],
  version: '0',
  instance: 'bench',
  warn: console.warn,
});
const skipped = (await withTrace(notSampled, () => cpuNs(spanOf))) - plain;
const exported = (await withTrace(sampled, () => cpuNs(spanOf))) - plain;
await tracing?.stop();
collector.close();
report('tracing', {
  'a span, nobody records, ns CPU': off,
  'a span, not sampled, ns CPU': skipped,
  'a span, recorded and exported, ns CPU': exported,
  'a message, nobody records, ns CPU': (off * spansABatch) / messagesABatch,
  'a message, recorded and exported, ns CPU': (exported * spansABatch) / messagesABatch,
});

/** CPU of one call, everything that this process does meanwhile included. */
async function cpuNs(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    await call();
    if (round % 1_000 === 0) await new Promise(setImmediate); // as in a real process, exports have their turn
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / rounds;
}
