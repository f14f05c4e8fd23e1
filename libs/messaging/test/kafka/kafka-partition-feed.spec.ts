import type { Batch } from 'kafkajs';
import type { LogRecord } from '../../src/consuming/log-record.ts';
import type { MemberTools } from '../../src/consuming/message-attempts.ts';
import type { PartitionWorker } from '../../src/consuming/partition-worker.ts';
import { KafkaPartitionFeed } from '../../src/kafka/kafka-partition-feed.ts';
import { interest } from '../consuming/test-events.ts';

/** What a worker takes as long as it has room. */
class Taker {
  readonly pages: (readonly LogRecord[])[] = [];
  readonly partition = 0;
  next = 0;
  constructor(public room: number) {}

  offer(records: readonly LogRecord[]): void {
    this.pages.push(records);
    this.room -= records.length;
  }

  skipTo(): void {
    // nothing to skip
  }
}

const switches: string[] = [];
const fetching = { pause: () => switches.push('pause'), resume: () => switches.push('resume') };

function feedFor(worker: Taker): KafkaPartitionFeed {
  const tools = { subscription: interest(async () => undefined), settings: { windowMessages: 1_000 } } as unknown as MemberTools;
  return new KafkaPartitionFeed(worker as unknown as PartitionWorker, fetching, tools);
}

function batchOf(values: readonly Buffer[]): Batch {
  const messages = values.map((value, index) => ({ key: null, value, offset: String(index), timestamp: '1000', attributes: 0, headers: {} })); // prettier-ignore
  return { partition: 0, messages, firstOffset: () => '0', lastOffset: () => String(messages.length - 1) } as unknown as Batch;
}

const sizesOf = ({ pages }: Taker) => pages.map((page) => page.length);

describe('what is fetched of a partition', () => {
  it('is read a page at a time, so that two hundred thousand records of one batch hold up nobody', async () => {
    const worker = new Taker(Infinity);

    await feedFor(worker).take(batchOf(Array<Buffer>(200_000).fill(Buffer.from('{}'))));

    expect(Math.max(...sizesOf(worker))).toBe(64);
    expect(worker.pages.flat().map(({ offset }) => offset)).toEqual(Array.from({ length: 200_000 }, (_, index) => index));
  });

  it('is read few at a time where they are long, each at last', async () => {
    const worker = new Taker(Infinity);

    await feedFor(worker).take(batchOf(Array<Buffer>(10).fill(Buffer.from(`"${'x'.repeat(200_000)}"`))));

    expect(sizesOf(worker)).toEqual([2, 2, 2, 2, 2]);
  });

  it('waits unread where there is no room, and nothing more is fetched until it has gone', async () => {
    const worker = new Taker(100);
    const feed = feedFor(worker);

    await feed.take(batchOf(Array<Buffer>(150).fill(Buffer.from('{}'))));
    const before = sizesOf(worker);
    worker.room = 200;
    feed.onRoom();

    expect([before, sizesOf(worker), switches]).toEqual([
      [64, 36],
      [64, 36, 50],
      ['pause', 'resume'],
    ]);
  });
});
