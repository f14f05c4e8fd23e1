// The transport alone: batches of 500 over one connection, as the dispatcher hands them over, bodies from a template with holes.
import { SystemClock, SystemRandom } from '#libs/kernel';
import { BodyTemplate, RECEIPT_HOLE } from '../../apps/dispatcher/src/providers/body-template.ts';
import { Http2Transport } from '../../apps/dispatcher/src/transport/http2-transport.ts';
import type { Destination, RequestBatch, ResultSink } from '../../apps/dispatcher/src/transport/transport.ts';
import { HOLES } from '#libs/templates';
import { bodyOf, measured, tokensOf, topic, type Task } from './task.ts';

const batchSize = 500;
const batchesAtOnce = 6;
const task = JSON.parse(process.env['TASK'] ?? '{}') as Task;
const destination: Destination = {
  ...{ key: 'bench', host: task.host, port: task.port, ca: task.ca },
  ...{ protocol: 'h2', maxConnections: 1, maxStreams: 1_000, firstAlone: true, requestDeadlineMs: 12_000 },
};
const clock = new SystemClock();
const transport = new Http2Transport(clock, new SystemRandom());
const authorization = `bearer ${'e'.repeat(207)}`;
const template = new BodyTemplate(bodyOf(task.text === 'one' ? 'Hello' : `Hello ${HOLES[0] ?? ''}`, RECEIPT_HOLE));
const tokens = tokensOf(task);
const ids = tokens.map((token) => `00000000-0000-4000-8000-${token.slice(-12)}`);
/** What a message has of its own; made before, as the dispatcher's batches have it when they are handed over. */
const fillings = tokens.map((token, index) => ({ token, receipt: `AAAAAAAAAAAAAAAAAAAAAAAA${token.slice(-12)}`, texts: [`Kim ${index}`] }));
const nobody = { token: '', receipt: '', texts: [] };
let failed = 0;
const sink: ResultSink = {
  answered: (_, { status }) => {
    if (status !== 200) failed += 1;
  },
  unanswered: () => {
    failed += 1;
  },
};

await measured(task, async (from, to) => {
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to) {
      const start = next;
      next = Math.min(next + batchSize, to);
      await transport.send(batchOf(start, next - start), sink);
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, worker));
});
await transport.close(1_000);
if (failed > 0) throw new Error(`${failed} messages were not accepted`);

function batchOf(start: number, size: number): RequestBatch {
  const of = (index: number) => fillings[start + index] ?? nobody;
  return {
    destination,
    size,
    urgent: false,
    startBy: clock.now() + 60_000,
    method: 'POST',
    sharedHeaders: ['apns-topic', topic, 'apns-push-type', 'alert', 'apns-priority', '10', 'apns-expiration', '1800000000'],
    ownHeaders: ['apns-id'],
    authorization: () => authorization,
    path: (index) => `/3/device/${of(index).token}`,
    ownHeader: (index) => ids[start + index] ?? '',
    bodyLength: (index) => template.length(of(index)),
    writeBody: (index, into, offset) => {
      template.write(into, offset, of(index));
    },
  };
}
