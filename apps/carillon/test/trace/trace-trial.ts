import { until, type RunningPlatform } from '../support/platform.ts';
import { Shop, type SendRecord } from '../support/shop.ts';
import { OtlpReceiver } from './otlp-receiver.ts';
import type { ExportedSpan } from './read-spans.ts';

export interface TracedSend {
  readonly send: SendRecord;
  readonly spans: readonly ExportedSpan[];
}

const phones = 40;
const minute = 60_000;

/** Whether the parent of each span is there, the caller's own (a server span's) aside. */
function hasEveryCause(spans: readonly ExportedSpan[]): boolean {
  const known = new Set(spans.map(({ spanId }) => spanId));
  return spans.every(({ parentId, kind }) => parentId === null || kind === 'server' || known.has(parentId));
}

/** A platform that exports its spans, and sends to phones of which one is dead. */
export class TraceTrial {
  private constructor(
    readonly receiver: OtlpReceiver,
    readonly platform: RunningPlatform,
    readonly shop: Shop,
  ) {}

  static async open(start: (settings: NodeJS.ProcessEnv) => Promise<RunningPlatform>): Promise<TraceTrial> {
    const receiver = await OtlpReceiver.open();
    const settings = { CARILLON_DEMO: 'false', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
    const platform = await receiver.closedOnFailure(start(settings));
    const shop = await Shop.open(platform, 'shop');
    for (let at = 1; at < phones; at += 1) await shop.register(`phone-${at}`);
    return new TraceTrial(receiver, platform, shop);
  }

  /**
   * Sends to everyone, as a planner's work or, `named`, as one planned inside the request; waits for the last span of the story, and for the causes of
   * all spans: each process exports by its own batches, and the consumer of an event that a span publishes may end, and be exported, before it.
   */
  async send(target: 'everyone' | 'named', headers: Record<string, string> = {}): Promise<TracedSend> {
    const token = await this.shop.register('phone-0');
    await this.platform.simulator('PUT', '/faults', { provider: 'apns', token, behaviour: 'invalid' });
    const to = target === 'everyone' ? { everyone: true } : { installations: Array.from({ length: phones }, (_, at) => `phone-${at}`) };
    const answer = await this.shop.call<SendRecord>('POST', '/sends', { to, message: { title: 'Bells' } }, headers);
    const send = await this.shop.finished(answer.body.sendId);
    const traceId = answer.headers.get('x-trace-id') ?? '';
    const spans = await until(
      async () => Promise.resolve(this.receiver.trace(traceId)),
      (found) => ['purge tokens', 'process push.settled'].every((last) => found.some(({ name }) => name === last)) && hasEveryCause(found),
      minute,
    );
    return { send, spans };
  }

  async close(): Promise<void> {
    await this.platform.end();
    this.receiver.close();
  }
}
